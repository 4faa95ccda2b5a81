//! Texts of the refusals the kernel itself makes.

use qudao_meta::Text;

const TEXTS: &[(&str, &str, &str)] = &[
    (
        "action.child_with_parent",
        "明细只能随主单一起修改",
        "Lines are changed together with the record they belong to",
    ),
    (
        "action.forbidden",
        "您无权执行此操作",
        "You may not do this",
    ),
    (
        "action.not_from_state",
        "“{state}”状态下不能{action}",
        "{action} is not possible in state {state}",
    ),
    (
        "action.not_offered",
        "当前条件下不能{action}",
        "{action} is not possible now",
    ),
    (
        "action.outside_scope",
        "不能为您权限范围以外的对象创建记录",
        "You may only create records within your own scope",
    ),
    (
        "action.unknown",
        "没有名为“{action}”的操作",
        "There is no action {action}",
    ),
    (
        "amount.range",
        "金额超出可表示范围",
        "The amount is out of range",
    ),
    (
        "body.malformed",
        "请求内容不是有效的 JSON：{reason}",
        "The body is not valid JSON: {reason}",
    ),
    (
        "body.no_object",
        "请求正文应为 JSON 对象",
        "The body must be a JSON object",
    ),
    (
        "body.too_large",
        "请求内容过大，最多 {max} 字节",
        "The body is too large; at most {max} bytes",
    ),
    (
        "body.too_slow",
        "请求内容未能及时送达，请重试",
        "The body did not arrive in time; try again",
    ),
    (
        "csrf.missing",
        "页面已过期，请刷新后重试",
        "This page is out of date; reload and try again",
    ),
    (
        "cursor.malformed",
        "分页位置无效",
        "The cursor is not valid",
    ),
    (
        "date.malformed",
        "“{value}”不是有效日期（应为 2026-01-31 这样的格式）",
        "{value} is not a date such as 2026-01-31",
    ),
    ("date.range", "日期超出范围", "The date is out of range"),
    (
        "decimal.malformed",
        "“{value}”不是数字",
        "{value} is not a number",
    ),
    (
        "decimal.precision",
        "“{value}”最多保留四位小数",
        "{value} has more than four decimals",
    ),
    (
        "decimal.range",
        "“{value}”超出范围",
        "{value} is out of range",
    ),
    (
        "field.choice",
        "“{value}”不是可选值",
        "{value} is not one of the choices",
    ),
    (
        "field.division",
        "没有代码为“{value}”的行政区划",
        "There is no administrative division {value}",
    ),
    (
        "field.email",
        "{value} 不是有效的电子邮箱",
        "{value} is not an e-mail address",
    ),
    (
        "field.not_filterable",
        "字段“{field}”不支持筛选或排序",
        "Field {field} cannot be filtered or sorted",
    ),
    (
        "field.phone",
        "{value} 不是有效的电话号码",
        "{value} is not a telephone number",
    ),
    (
        "field.range",
        "{value} 超出限制 {limit}",
        "{value} is beyond the limit {limit}",
    ),
    (
        "field.read_only",
        "字段“{field}”不能修改",
        "Field {field} cannot be changed",
    ),
    ("field.required", "必填项未填写", "This must be filled in"),
    (
        "field.taken",
        "“{field}”的值已被使用",
        "This value of {field} is already taken",
    ),
    (
        "field.too_long",
        "内容过长，最多 {max} 个字符",
        "Too long; at most {max} characters",
    ),
    (
        "field.type",
        "“{value}”的类型不符合要求",
        "{value} is not of the right type",
    ),
    (
        "field.unknown",
        "没有名为“{field}”的字段",
        "There is no field {field}",
    ),
    (
        "id.malformed",
        "“{value}”不是有效编号",
        "{value} is not an id",
    ),
    (
        "idempotency.answer_not_kept",
        "该请求已执行；其中的密钥不会再次显示",
        "This was done already; its secret is not shown again",
    ),
    (
        "idempotency.reused",
        "同一幂等键已用于不同的请求",
        "This idempotency key was used for another request",
    ),
    (
        "import.ambiguous_link",
        "“{value}”对应多条记录，请改用编号或唯一代码",
        "{value} names several records; use a number or unique code",
    ),
    (
        "import.cells",
        "第 {line} 行有 {found} 个单元格，表头有 {expected} 个",
        "Line {line} has {found} cells, and there are {expected} headings",
    ),
    (
        "import.columns",
        "单元格 {cell} 超出了 {max} 列",
        "Cell {cell} is beyond {max} columns",
    ),
    (
        "import.error_value",
        "单元格 {cell} 是错误值 {value}",
        "Cell {cell} has the error value {value}",
    ),
    (
        "import.formula_unsaved",
        "单元格 {cell} 的公式没有保存结果，请用表格软件打开并保存后再导入",
        "The formula in cell {cell} was saved without its value; open the file in a spreadsheet program and save it",
    ),
    (
        "import.heading_twice",
        "列“{field}”出现两次",
        "The column {field} stands twice",
    ),
    (
        "import.no_sheet",
        "请上传 CSV（text/csv）或 XLSX 文件",
        "A CSV (text/csv) or XLSX file is wanted",
    ),
    (
        "import.no_text",
        "文件不是 UTF-8 或 GB18030 编码的文本",
        "The file is neither UTF-8 nor GB18030 text",
    ),
    (
        "import.open_quote",
        "第 {line} 行的引号没有在单元格末尾结束",
        "A quote on line {line} does not end at the end of its cell",
    ),
    (
        "import.no_key",
        "导入文件缺少列“{field}”",
        "The file lacks the column {field}",
    ),
    (
        "import.number_inexact",
        "单元格 {cell} 的数字 {value} 超出表格能保存的 15 位精度，或不是有效日期；请设为文本后重新填写，或先四舍五入",
        "The number {value} in cell {cell} has more than the 15 digits a spreadsheet keeps, or is no date; enter it as text, or round it",
    ),
    (
        "import.old_workbook",
        "不支持旧版 .xls 或加密的工作簿，请另存为 .xlsx 或 CSV",
        "Old .xls and encrypted workbooks are not read; save it as .xlsx or CSV",
    ),
    (
        "import.text_too_long",
        "单元格 {cell} 的文字过长，或文件中的文字过多",
        "The text of cell {cell}, or that of the whole file, is too long",
    ),
    (
        "import.workbook_too_large",
        "工作簿过大，压缩后不超过 16 MB，解开后不超过 128 MB（超出 {max} MB）",
        "The workbook is too large: at most 16 MB packed and 128 MB unpacked (over {max} MB)",
    ),
    ("import.not_kept", "导入内容未保存", "Nothing was imported"),
    (
        "import.unreadable",
        "文件无法读取：{reason}",
        "The file cannot be read: {reason}",
    ),
    (
        "parameter.invalid",
        "参数 {name} 不接受“{value}”，可用 {allowed}",
        "The parameter {name} takes {allowed}, not {value}",
    ),
    (
        "password.current_wrong",
        "当前密码不正确",
        "The current password is not right",
    ),
    (
        "password.too_short",
        "密码至少 {min} 个字符",
        "A password has at least {min} characters",
    ),
    (
        "instant.malformed",
        "“{value}”不是有效时间",
        "{value} is not a moment in time",
    ),
    (
        "ledger.over_hold",
        "超出已预留数量（剩余 {left}，需要 {needed}）",
        "More than is held (left {left}, needed {needed})",
    ),
    (
        "ledger.short",
        "可用余额不足（可用 {available}，需要 {needed}）",
        "Not enough available ({available} of {needed})",
    ),
    (
        "limit.malformed",
        "每页条数应在 1 到 200 之间",
        "The limit is between 1 and 200",
    ),
    (
        "lines.too_many",
        "明细行过多，最多 {max} 行",
        "Too many lines; at most {max}",
    ),
    (
        "link.not_found",
        "所选“{field}”不存在",
        "The chosen {field} does not exist",
    ),
    (
        "print.characters_missing",
        "字体中没有这些字符，无法打印：{characters}",
        "No font has these characters, so this cannot be printed: {characters}",
    ),
    (
        "print.too_large",
        "文件过大，无法打印（{what} 最多 {limit}）",
        "Too large to print ({what}: at most {limit})",
    ),
    (
        "record.in_use",
        "该记录正被“{object}”引用，不能删除",
        "This record is used by {object} and cannot be deleted",
    ),
    (
        "record.moved",
        "该记录已被他人修改，请查看最新内容后重试",
        "Somebody else has changed this record; look at it again",
    ),
    (
        "record.not_found",
        "没有找到该记录",
        "There is no such record",
    ),
    (
        "request.malformed",
        "请求的地址或参数无法识别",
        "The request's address or parameters cannot be read",
    ),
    (
        "request.wrong_method",
        "此地址不支持这种请求方法",
        "This address does not know that method",
    ),
    (
        "report.too_large",
        "报表最多 {max} 项",
        "A report has at most {max} of these",
    ),
    (
        "session.locked",
        "尝试次数过多，请 {minutes} 分钟后再试",
        "Too many tries; try again in {minutes} minutes",
    ),
    ("session.missing", "请先登录", "Please sign in"),
    (
        "session.refused",
        "账号或密码不正确",
        "The login or the password is wrong",
    ),
    (
        "text.nul",
        "文字中不能含有空字符（NUL）",
        "A text cannot hold a NUL character",
    ),
    (
        "version.missing",
        "缺少版本号（If-Match）",
        "The version is missing (If-Match)",
    ),
    (
        "webhook.replayed",
        "该消息的这次发送已收到过",
        "This attempt of the message has been seen before",
    ),
    (
        "webhook.signature",
        "消息签名不正确",
        "The signature of the message is wrong",
    ),
    (
        "webhook.too_old",
        "消息时间与本站相差超过五分钟",
        "The time of the message is more than five minutes from ours",
    ),
];

/// Refusals of expressions have their texts beside the language.
fn expression_texts() -> impl Iterator<Item = (&'static str, Text)> {
    qudao_expr::TEXTS
        .iter()
        .map(|&(code, zh, en)| (code, Text::new(zh, en)))
}

/// The texts of a kernel refusal code.
pub(crate) fn kernel_text(code: &str) -> Option<&'static Text> {
    static TABLE: std::sync::LazyLock<std::collections::HashMap<&'static str, Text>> =
        std::sync::LazyLock::new(|| {
            TEXTS
                .iter()
                .map(|&(code, zh, en)| (code, Text::new(zh, en)))
                .chain(expression_texts())
                .collect()
        });
    TABLE.get(code)
}
