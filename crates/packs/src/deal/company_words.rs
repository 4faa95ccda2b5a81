//! The words company names are made of besides the name itself: legal forms, branches, lines of business.
//!
//! Keeps true: every list holds folded text (half-width, lower case, simplified). Not here: places (`regions`).

use std::{collections::HashSet, sync::OnceLock};

/// Legal forms that end a name, longest first.
pub const LEGAL_FORMS: [&str; 24] = [
    "股份有限责任公司",
    "农民专业合作社",
    "有限责任公司",
    "股份有限公司",
    "股份合作公司",
    "个人独资企业",
    "专业合作社",
    "特殊普通合伙",
    "国有独资公司",
    "个体工商户",
    "有限总公司",
    "股份合作制",
    "有限合伙",
    "普通合伙",
    "合伙企业",
    "有限公司",
    "股份公司",
    "个人独资",
    "责任公司",
    "合作社",
    "总公司",
    "公司",
    "股份",
    "有限",
];

/// Endings that say "a part of the company, at a place", longest first.
pub const BRANCH_FORMS: [&str; 11] = [
    "第一分公司",
    "第二分公司",
    "分公司",
    "子公司",
    "支公司",
    "营业部",
    "办事处",
    "分行",
    "支行",
    "分店",
    "分厂",
];

/// Words in brackets that belong into the name.
pub const FORMER_MARKS: [&str; 6] = ["曾用名", "原名称", "原名", "原称", "前身", "原"];

const LINES_OF_BUSINESS: &str = "\
    科技 技术 信息 信息技术 网络 网络科技 软件 计算机 电脑 电子 电子商务 电商 数据 大数据 数码 数字 智能 智慧 人工智能 机器人 物联网 互联网 \
    通信 通讯 电信 半导体 集成电路 微电子 光电 光学 光伏 激光 芯片 传感 传感器 仪器 仪表 仪器仪表 自动化 控制 系统 系统集成 集成 安防 安全 \
    电气 电器 电力 电工 电缆 线缆 电线电缆 电源 电池 电机 电梯 蓄电池 输变电 变压器 开关 照明 灯具 灯饰 家电 家用电器 制冷 空调 暖通 \
    机械 机电 机床 机器 机械设备 机械制造 设备 装备 装备制造 工程机械 重工 重型机械 重机 轴承 阀门 泵业 水泵 模具 工具 刀具 五金 五金制品 紧固件 \
    锅炉 压缩机 液压 弹簧 齿轮 铸造 锻造 金属 金属制品 钢铁 特钢 钢管 钢构 钢结构 铝业 铝箔 铜业 锌业 锂业 钛业 钨业 稀土 黄金 有色金属 有色 冶金 \
    矿业 矿山 煤业 煤电 煤炭 煤化工 焦化 能源 新能源 能源科技 节能 环保 环境 环境科技 生态 生态环境 园林 园林绿化 绿化 景观 水务 水利 水电 水泥 建材 建筑 \
    建筑工程 建设 建设工程 建工 工程 工程技术 工程建设 市政 路桥 桥梁 交通 交通运输 公路 高速公路 铁路 港口 港务 航空 航天 航运 海运 船舶 船业 物流 货运 运输 \
    仓储 快递 供应链 供应链管理 冷链 汽车 汽车零部件 零部件 车辆 客车 摩托车 轮胎 橡胶 橡塑 塑料 塑业 塑胶 化工 化学 化纤 化肥 农化 日化 精细化工 石化 石油 石油化工 \
    燃气 天然气 涂料 颜料 染料 胶业 树脂 纤维 玻纤 玻璃 陶瓷 瓷业 纸业 造纸 包装 包装材料 印刷 彩印 印务 印染 染整 纺织 纺织科技 棉业 毛纺 家纺 服装 服饰 时装 鞋业 \
    皮革 皮具 家居 家具 家居用品 木业 厨具 厨卫 卫浴 洁具 装饰 装饰工程 装潢 装修 设计 设计研究院 研究院 研究所 规划 勘察 检测 检验 认证 监理 咨询 管理 企业管理 \
    管理咨询 顾问 服务 技术服务 信息服务 商务 商务服务 人力资源 劳务 物业 物业管理 物业服务 置业 地产 房地产 房地产开发 开发 城市发展 发展 实业 产业 事业 工业 企业 \
    投资 投资管理 资产 资产管理 资本 基金 金融 金融服务 农村 村镇 农村信用 信用社 证券 保险 信托 期货 租赁 融资租赁 担保 银行 控股 集团 国际 国际贸易 贸易 商贸 经贸 外贸 工贸 进出口 \
    销售 营销 商业 商城 商场 百货 超市 连锁 零售 批发 商行 商店 经营部 经销部 门市部 工作室 中心 营业部 食品 食品饮料 饮料 饮品 酒业 酿酒 啤酒 茶业 茶叶 乳业 糖业 油脂 \
    粮油 粮食 肉类 水产 水产品 渔业 农业 农业科技 农牧 牧业 饲料 种业 种子 农资 林业 果业 餐饮 餐饮管理 酒店 酒店管理 旅游 旅行社 文化 文化传媒 传媒 传播 广告 影视 \
    影业 出版 出版传媒 动漫 游戏 娱乐 体育 教育 教育科技 教育咨询 培训 学校 医药 制药 药业 生物 生物科技 生物技术 生物医药 生物制药 生物制品 医疗 医疗器械 医疗科技 医用 \
    医院 诊断 健康 健康产业 健康科技 养老 大药房 药房 美容 化妆品 珠宝 首饰 工艺品 礼品 玩具 乐器 办公用品 办公设备 用品 日用品 制品 产品 材料 新材料 材料科技 复合材料 \
    粘接材料 高科 高科技 高新技术 科学技术 科学 研究 制造 加工 生产 工厂 厂 店 馆 部 社 院 总厂 联合 综合 新型 特种 精密 精工 高分子 线路板 电路 印制电路 连接器 \
    微波 雷达 导航 卫星 遥感 测绘 地理信息 云计算 区块链 支付 科创 创新 创业 孵化器 众创空间 文创 创意 文化创意 会展 展览 票务 翻译 法律 律师事务所 会计师事务所 事务所 \
    税务师事务所 知识产权 代理 招标 拍卖 典当 经纪 回收 再生资源 资源 循环 废旧 清洁 保洁 保安 消防 消防工程 防水 保温 门窗 幕墙 地板 石材 混凝土 砂石 管业 管道 线束";

/// Brands so many companies carry that they set little apart.
const WORN_BRANDS: &str = "\
    中国 中华 华夏 神州 东方 南方 北方 西部 东部 中部 华东 华南 华北 华中 东北 西北 西南 长城 长江 黄河 长征 阳光 时代 世纪 新世纪 \
    未来 明天 希望 新华 新兴 新生活 生活 兴业 宏达 宏图 恒大 大地 天地 天下 四海 环球 全球 寰宇 太平洋 亚太 亚洲 远东 国泰 太阳 海洋 \
    金龙 金鑫 鑫源 鑫鑫 恒通 恒泰 恒源 广电 中油 中海 中铁 中航 中电 中粮 中建 中化 中核 国电 华能 高新 城市 先锋 先进 美好 幸福 和平 胜利 红星 \
    五星 七星 天成 万通 万达 通达 顺达 联华 联创 创业 科达 天元 天龙 金马 金山";

/// True for a brand that many companies carry.
pub fn is_worn_brand(brand: &str) -> bool {
    static WORN: OnceLock<HashSet<&'static str>> = OnceLock::new();
    WORN.get_or_init(|| WORN_BRANDS.split_whitespace().collect())
        .contains(brand)
}

const LONGEST_LINE: usize = 6;

fn lines_of_business() -> &'static HashSet<&'static str> {
    static LINES: OnceLock<HashSet<&'static str>> = OnceLock::new();
    LINES.get_or_init(|| LINES_OF_BUSINESS.split_whitespace().collect())
}

/// The longest line of business the text ends with.
pub fn line_at_end(text: &str) -> Option<&str> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let first = starts.len().saturating_sub(LONGEST_LINE);
    starts[first..]
        .iter()
        .map(|&at| &text[at..])
        .find(|&ending| lines_of_business().contains(ending))
}

/// Mail providers anybody may have an address at: such a domain says nothing about the company.
const FREE_MAIL: [&str; 24] = [
    "qq.com",
    "vip.qq.com",
    "foxmail.com",
    "163.com",
    "vip.163.com",
    "126.com",
    "yeah.net",
    "188.com",
    "sina.com",
    "sina.cn",
    "vip.sina.com",
    "sohu.com",
    "139.com",
    "189.cn",
    "wo.cn",
    "21cn.com",
    "aliyun.com",
    "tom.com",
    "gmail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
];

/// True for a domain of a public mail provider.
pub fn is_free_mail(domain: &str) -> bool {
    FREE_MAIL.contains(&domain)
}
