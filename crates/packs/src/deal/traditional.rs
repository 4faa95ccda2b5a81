//! One spelling of characters: half-width, lower case, simplified Chinese.
//!
//! Keeps true: one character in, one character out, so that matched passages can be pointed at in the original.
//! Not here: choices by context (乾 and 后 keep one reading); the characters are those met in names of companies and places.

use std::{collections::HashMap, sync::OnceLock};

/// Traditional characters; [`SIMPLIFIED`] holds their simplified forms at the same places.
const TRADITIONAL: &str = "\
    萬與專業東絲兩嚴個豐臨為麗舉義烏樂喬習鄉書買亂爭於虧雲亞產畝親億僅從侖倉儀們價眾優夥會傘偉傳\
    傷倫偽體餘傭側僑儉債傾償儲兒內冊軍農馮衝決況凍淨涼減鳳憑凱擊劃劉則剛創刪別製劑劍劇勸辦務動勵\
    勁勞勢區醫華協單賣盧衛廠廳歷厲壓廈縣參雙發變葉號嘆員聽啟吳嗚響啞囂團園圍圖圓聖場壞塊堅壇壩墳\
    墜墊報墾壯聲壺處備復夠頭誇奪奮獎妝婦媽嬌孫學寧寶實審寫寬賓將尋對導屆層屬歲島嶺崗嶽峽幣帥師帳\
    帶幫廣慶庫應廟廢開異棄張彈強歸當錄徵徑後憂懷態憶總戀恆懇惡悅慮懶懸驚慣憲戲戰戶撲執擴掃揚擾撫\
    拋擔擁擇掛據損換擺搖攜攝敗敵數斂斬斷時曠顯晉曉暫術樸機殺雜權條來楊極構槍楓櫃標樣樹橋檢樓歐歡\
    殘毀氣漢湯溝沒澤潔滬淺濟測渾濃濤漲潤溫灣濕滿濾漁瀾滅燈靈災爐點煉煙煩燒熱愛爺牽犧狀獨獲獅環現\
    瑪璽瓊電畫暢療瘋皺盞鹽監蓋盤礦碼磚硯確禮禪種稱積穩窩窮競筆築簡籃籌類糧緊紅纖約級紀純紗納紛紙\
    紡線練組細織終紹經結給絡絕統絹綉維綿網綜綠緒續繪繳罷羅職聯聰腦臉臺舊艦艙藝節蘇蘋藍薩蔣藥蘭虛\
    蟲蠶補裝裡複見規視覽覺觀觸計訂討訓記講許論設訪證評識詞試詩誠話該詳語誤說請諸諾讀課調談謀謝譜\
    貝負貢財責賢貨質購貿貴費賀資賴賽贈趙軌軟轉輪輕載較輔輝輛輸轄達遷過運還這進遠違連遙郵鄧鄭鄰釀\
    釋裏鑒針釣鈔鋼鑰鈉鈦鈣鈴鐵銀鉛鋁銅錦錢鍋鋒銳鋰鋅鍊鍛鎂鎮鎢鏈鏡鐘長門閃閉問闖間閩聞閣閱闊隊陽\
    陰陣階際陸陳險隨隱雞離難霧靜韓頁頂項順須頓預領頻題額顧顏風飛飯飲飾館馬馭馳驅駐騎驗騰髮魚魯鮮\
    鴻鵬鷹麥黃齊齒龍龜齡濱灃瀋隴滄煒瑋錳鉬鎳鋯鈷鉑鍵檔檯採週遊鬥閑係隻雋國車訊爾龐聶蕭範閻譚賈鄒\
    潛纜繩膠膚蝦蠟襯諧謙譯讓豬貓躍醬釘鈞鉅鑄鑽鎖錫鋪鍍閥頤飼餅駿驊鳴鴨鶴鷺鬆齋黨紋紮綁緣編緯縱縮\
    績繞脈臍莊蓮薈蘊蠻衆訴診詢誌諮謹賞貼貯賦踐軸輯轎迴逕遞遼適選鄲醞鉗銷銘鋸鍾鏢鐳鑑闢陝隸韌韻頌\
    頗顆颱飄飽饋駕駱驛鯨鳥鴿鷗麵鼇嘗噴塵塗墻牆奧娛嬰尷嵐巖嶼廚廂彙匯徹戔掙揮撥擬敘曆樁槳橫櫻殼沖\
    洩涇淵渦滌潑澆濰瀅煥熒燦燭營牘獻瑩瓏甕疊盜祿稅穀穎穫竄箏籤簽粵糾緻縉羈翹聳膽艷艶莖蔭薊藹薑蘆\
    螢覓";

/// Simplified forms, in the same order.
const SIMPLIFIED: &str = "\
    万与专业东丝两严个丰临为丽举义乌乐乔习乡书买乱争于亏云亚产亩亲亿仅从仑仓仪们价众优伙会伞伟传\
    伤伦伪体余佣侧侨俭债倾偿储儿内册军农冯冲决况冻净凉减凤凭凯击划刘则刚创删别制剂剑剧劝办务动励\
    劲劳势区医华协单卖卢卫厂厅历厉压厦县参双发变叶号叹员听启吴呜响哑嚣团园围图圆圣场坏块坚坛坝坟\
    坠垫报垦壮声壶处备复够头夸夺奋奖妆妇妈娇孙学宁宝实审写宽宾将寻对导届层属岁岛岭岗岳峡币帅师帐\
    带帮广庆库应庙废开异弃张弹强归当录征径后忧怀态忆总恋恒恳恶悦虑懒悬惊惯宪戏战户扑执扩扫扬扰抚\
    抛担拥择挂据损换摆摇携摄败敌数敛斩断时旷显晋晓暂术朴机杀杂权条来杨极构枪枫柜标样树桥检楼欧欢\
    残毁气汉汤沟没泽洁沪浅济测浑浓涛涨润温湾湿满滤渔澜灭灯灵灾炉点炼烟烦烧热爱爷牵牺状独获狮环现\
    玛玺琼电画畅疗疯皱盏盐监盖盘矿码砖砚确礼禅种称积稳窝穷竞笔筑简篮筹类粮紧红纤约级纪纯纱纳纷纸\
    纺线练组细织终绍经结给络绝统绢绣维绵网综绿绪续绘缴罢罗职联聪脑脸台旧舰舱艺节苏苹蓝萨蒋药兰虚\
    虫蚕补装里复见规视览觉观触计订讨训记讲许论设访证评识词试诗诚话该详语误说请诸诺读课调谈谋谢谱\
    贝负贡财责贤货质购贸贵费贺资赖赛赠赵轨软转轮轻载较辅辉辆输辖达迁过运还这进远违连遥邮邓郑邻酿\
    释里鉴针钓钞钢钥钠钛钙铃铁银铅铝铜锦钱锅锋锐锂锌炼锻镁镇钨链镜钟长门闪闭问闯间闽闻阁阅阔队阳\
    阴阵阶际陆陈险随隐鸡离难雾静韩页顶项顺须顿预领频题额顾颜风飞饭饮饰馆马驭驰驱驻骑验腾发鱼鲁鲜\
    鸿鹏鹰麦黄齐齿龙龟龄滨沣沈陇沧炜玮锰钼镍锆钴铂键档台采周游斗闲系只隽国车讯尔庞聂萧范阎谭贾邹\
    潜缆绳胶肤虾蜡衬谐谦译让猪猫跃酱钉钧巨铸钻锁锡铺镀阀颐饲饼骏骅鸣鸭鹤鹭松斋党纹扎绑缘编纬纵缩\
    绩绕脉脐庄莲荟蕴蛮众诉诊询志咨谨赏贴贮赋践轴辑轿回径递辽适选郸酝钳销铭锯钟镖镭鉴辟陕隶韧韵颂\
    颇颗台飘饱馈驾骆驿鲸鸟鸽鸥面鳌尝喷尘涂墙墙奥娱婴尴岚岩屿厨厢汇汇彻戋挣挥拨拟叙历桩桨横樱壳冲\
    泄泾渊涡涤泼浇潍滢焕荧灿烛营牍献莹珑瓮叠盗禄税谷颖获窜筝签签粤纠致缙羁翘耸胆艳艳茎荫蓟蔼姜芦\
    萤觅";

fn simplified_forms() -> &'static HashMap<char, char> {
    static FORMS: OnceLock<HashMap<char, char>> = OnceLock::new();
    FORMS.get_or_init(|| TRADITIONAL.chars().zip(SIMPLIFIED.chars()).collect())
}

/// The one spelling of a character.
pub fn fold_character(letter: char) -> char {
    let narrow = match letter {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    };
    match narrow {
        '[' | '{' | '【' | '〔' | '〈' | '《' | '<' | '「' | '『' => '(',
        ']' | '}' | '】' | '〕' | '〉' | '》' | '>' | '」' | '』' => ')',
        ascii if ascii.is_ascii() => ascii.to_ascii_lowercase(),
        other => simplified_forms()
            .get(&other)
            .copied()
            .unwrap_or_else(|| other.to_lowercase().next().unwrap_or(other)),
    }
}

/// True for an ideograph.
pub const fn is_chinese(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_tables_stand_side_by_side() {
        for (at, (old, new)) in TRADITIONAL.chars().zip(SIMPLIFIED.chars()).enumerate() {
            let near: String = TRADITIONAL
                .chars()
                .skip(at.saturating_sub(3))
                .take(7)
                .collect();
            assert!(
                is_chinese(old) && is_chinese(new),
                "{old} {new} near {near}"
            );
        }
        assert_eq!(TRADITIONAL.chars().count(), SIMPLIFIED.chars().count());
    }

    #[test]
    fn folds_width_case_and_script() {
        let folded: String = "臺灣積體電路【Ａｂ】　ＬＴＤ．"
            .chars()
            .map(fold_character)
            .collect();
        assert_eq!(folded, "台湾积体电路(ab) ltd.");
        assert_eq!(fold_character('騰'), '腾');
        // What is simplified already stays.
        assert!(
            "云计算有限公司"
                .chars()
                .all(|letter| fold_character(letter) == letter)
        );
    }
}
