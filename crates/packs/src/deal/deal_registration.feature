# language: zh-CN
功能: 商机报备

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | zong  | sales_director  |              |
    而且 系统建立 industry @machinery
      | code    | C34       |
      | name    | 机械制造  |
      | name_en | Machinery |
    而且 系统建立 industry @food
      | code    | C14  |
      | name    | 食品 |
      | name_en | Food |
    而且 系统建立 partner @first
      | name                       | 杭州澜禾工控设备有限公司 |
      | tier                       | gold                     |
      | territories.1.division     | 330000                   |
      | territories.1.industry_id  | @machinery               |
    而且 系统建立 partner @second
      | name                   | 宁波启衡机电有限公司 |
      | territories.1.division | 330000               |
    而且 系统对 @first 执行 approve
    而且 系统对 @second 执行 approve
    而且 有用户
      | login | roles         | organisation |
      | liming | partner_sales | @first       |
      | luoqi  | partner_sales | @second      |
      | laoban | partner_owner | @second      |
    而且 系统建立 product @pump
      | code          | P1      |
      | name          | 离心泵  |
      | list_price    | 1000.00 |
      | standard_cost | 400.00  |
    而且 liming 建立 deal_registration @deal
      | customer_name      | 宁波海纳机械有限公司 |
      | credit_code        | 91330206MA0000015Q   |
      | contact_name       | 毛知夏               |
      | contact_phone      | 0574-86820004        |
      | contact_email      | mao@haina.example    |
      | division           | 330206               |
      | industry_id        | @machinery           |
      | amount             | 120000.00            |
      | expected_on        | today+30             |
      | lines.1.product_id | @pump                |
      | lines.1.quantity   | 10                   |

  场景: 先报备先保护，批准后成为商机
    那么 liming 看到 @deal 的 hint 为 free
    当 liming 对 @deal 执行 submit
    那么 wang 看到 @deal 的 state 为 submitted
    而且 liming 看到 @deal 的 rank 为 1
    而且 wang 看到 1 条 task，条件 state == 'open'
    而且 zong 看到 1 条 notice
    当 wang 对 @deal 执行 approve
    那么 liming 看到 @deal 的 state 为 approved
    而且 liming 在 @deal 的决定中读到 "先报备、先保护"
    而且 wang 看到 0 条 task，条件 state == 'open'
    而且 liming 找到 opportunity @opportunity，条件 source == 'registration'
    而且 liming 看到 @opportunity 的 amount 为 10000.00
    而且 liming 看到 @opportunity 的 probability 为 20
    而且 liming 找到 customer @customer，条件 sold_by == 'partner'
    而且 luoqi 看不到 @customer
    而且 luoqi 看不到 @deal

  场景: 自己点赢单不能延长保护，赢单后的商机伙伴不能再改
    当 liming 对 @deal 执行 submit
    而且 wang 对 @deal 执行 approve
    而且 liming 找到 opportunity @opportunity，条件 source == 'registration'
    而且 liming 对 @opportunity 执行 win
    那么 wang 看到 @deal 的 state 为 approved
    当 liming 修改 @opportunity
      | amount | 1.00 |
    那么 被拒绝，代码 action.forbidden
    当 过去 91 天
    那么 wang 看到 @deal 的 state 为 expired
    而且 wang 看到 1 条 customer，条件 sold_by == 'open'

  场景: 同一客户换个写法也报备不了，且不说是谁的
    当 liming 对 @deal 执行 submit
    而且 luoqi 建立 deal_registration @copy
      | customer_name | 海纳机械（宁波）有限责任公司 |
      | contact_phone | 0574-87000000                |
      | division      | 330206                       |
      | industry_id   | @machinery                   |
      | amount        | 1000.00                      |
      | expected_on   | today+10                     |
    那么 luoqi 看到 @copy 的 hint 为 protected
    当 luoqi 对 @copy 执行 submit
    那么 被拒绝，代码 deal.waiting
    而且 wang 在 @copy 的决定中读到 "refused"
    当 wang 对 @deal 执行 approve
    而且 luoqi 对 @copy 执行 submit
    那么 被拒绝，代码 deal.protected_until
    而且 luoqi 看不到 @copy 的 match_evidence

  场景: 两家同时提交，只有一家成功
    当 luoqi 建立 deal_registration @copy
      | customer_name | 宁波市海纳机械股份有限公司 |
      | contact_phone | 0574-87000000              |
      | division      | 330206                     |
      | industry_id   | @machinery                 |
      | amount        | 1000.00                    |
      | expected_on   | today+10                   |
    而且 同时执行 submit
      | as     | on    |
      | liming | @deal |
      | luoqi  | @copy |
    那么 wang 看到 1 条 deal_registration，条件 state == 'submitted'

  场景: 疑似同一客户由人核对，批准须写理由，先到的先处理
    当 liming 对 @deal 执行 submit
    而且 luoqi 建立 deal_registration @like
      | customer_name | 浙江海纳自动化有限公司 |
      | contact_phone | 0574-86820004          |
      | division      | 330106                 |
      | industry_id   | @food                  |
      | amount        | 5000.00                |
      | expected_on   | today+20               |
    那么 luoqi 看到 @like 的 hint 为 review
    当 luoqi 对 @like 执行 submit
    那么 luoqi 看到 @like 的 rank 为 2
    当 wang 对 @like 执行 approve
    那么 被拒绝，代码 deal.later_rank
    当 wang 对 @deal 执行 approve
    而且 wang 对 @like 执行 approve
    那么 被拒绝，代码 deal.reason_needed，字段 comment
    当 wang 对 @like 执行 approve
      | comment | 电话相同，实为两家公司 |
    那么 luoqi 看到 @like 的 state 为 approved
    而且 luoqi 在 @like 的决定中读到 "人工核对"

  场景: 授权区域和行业以外不能报备
    当 liming 建立 deal_registration @far
      | customer_name | 成都禾云机械有限公司 |
      | contact_phone | 028-82610003         |
      | division      | 510115               |
      | industry_id   | @machinery           |
      | amount        | 1.00                 |
      | expected_on   | today+1              |
    而且 liming 对 @far 执行 submit
    那么 被拒绝，代码 partner.outside_division，字段 division
    而且 说明含 "浙江"
    当 liming 建立 deal_registration @food_deal
      | customer_name | 杭州桉禾乳品有限公司 |
      | contact_phone | 0571-82610003        |
      | division      | 330110               |
      | industry_id   | @food                |
      | amount        | 1.00                 |
      | expected_on   | today+1              |
    而且 liming 对 @food_deal 执行 submit
    那么 被拒绝，代码 partner.outside_industry，字段 industry_id

  场景: 直销客户不能报备，受保护客户不能转直销
    假如 系统建立 customer @direct
      | name     | 杭州璟曜精密机械有限公司 |
      | sold_by  | direct                   |
    当 liming 建立 deal_registration @taken
      | customer_name | 璟曜精密机械（杭州）有限公司 |
      | contact_phone | 0571-56780001                |
      | division      | 330114                       |
      | industry_id   | @machinery                   |
      | amount        | 1.00                         |
      | expected_on   | today+1                      |
    那么 liming 看到 @taken 的 hint 为 direct
    当 liming 对 @taken 执行 submit
    那么 被拒绝，代码 deal.direct
    当 liming 对 @deal 执行 submit
    而且 wang 建立 customer @late
      | name    | 宁波海纳机械有限公司 |
      | sold_by | direct               |
    那么 被拒绝，代码 deal.customer_protected

  场景: 保护到期后客户释放，别人可以报备
    当 liming 对 @deal 执行 submit
    而且 wang 对 @deal 执行 approve
    而且 过去 89 天
    那么 liming 看到 @deal 的 state 为 approved
    当 过去 2 天
    那么 liming 看到 @deal 的 state 为 expired
    当 luoqi 建立 deal_registration @next
      | customer_name | 宁波海纳机械有限公司 |
      | contact_phone | 0574-86820004        |
      | division      | 330206               |
      | industry_id   | @machinery           |
      | amount        | 1000.00              |
      | expected_on   | today+10             |
    那么 luoqi 看到 @next 的 hint 为 free
    当 luoqi 对 @next 执行 submit
    而且 wang 对 @next 执行 approve
    那么 luoqi 看到 1 条 customer
    而且 liming 看到 0 条 customer
    而且 liming 找到 opportunity @ended，条件 state == 'lost'
    而且 liming 看到 @ended 的 lost_reason 为 reassigned
    而且 liming 在 @ended 的决定中读到 "商机随客户归属"
    而且 luoqi 看到 1 条 opportunity，条件 state == 'qualify'

  场景: 延长一次，天数有上限
    当 liming 对 @deal 执行 submit
    而且 wang 对 @deal 执行 approve
    而且 wang 对 @deal 执行 extend
      | extension_days | 61       |
      | comment        | 客户立项 |
    那么 被拒绝，代码 deal.extension_range
    当 wang 对 @deal 执行 extend
      | extension_days | 30       |
      | comment        | 客户立项 |
    那么 liming 看到 @deal 的 extension_count 为 1
    当 wang 对 @deal 执行 extend
      | extension_days | 10   |
      | comment        | 再延 |
    那么 被拒绝，代码 deal.extensions_used
    当 过去 100 天
    那么 liming 看到 @deal 的 state 为 approved

  场景: 驳回、退回与撤回都须写明理由，客户随即释放
    当 liming 对 @deal 执行 submit
    而且 wang 对 @deal 执行 return_for_information
      | comment | 请补充联系人 |
    那么 liming 看到 @deal 的 state 为 draft
    当 liming 对 @deal 执行 submit
    而且 liming 对 @deal 执行 withdraw
    那么 被拒绝，代码 field.required，字段 comment
    当 wang 对 @deal 执行 reject
      | comment | 客户已有合作 |
    那么 liming 看到 @deal 的 state 为 rejected
    而且 liming 在 @deal 的决定中读到 "客户已有合作"
    当 luoqi 建立 deal_registration @next
      | customer_name | 宁波海纳机械有限公司 |
      | contact_phone | 0574-86820004        |
      | division      | 330206               |
      | industry_id   | @machinery           |
      | amount        | 1000.00              |
      | expected_on   | today+10             |
    而且 luoqi 对 @next 执行 submit
    那么 luoqi 看到 @next 的 state 为 submitted
    当 luoqi 对 @next 执行 withdraw
      | comment | 客户项目取消 |
    而且 liming 建立 deal_registration @again
      | customer_name | 宁波海纳机械有限公司 |
      | contact_phone | 0574-86820004        |
      | division      | 330206               |
      | industry_id   | @machinery           |
      | amount        | 1000.00              |
      | expected_on   | today+10             |
    而且 liming 对 @again 执行 submit
    那么 liming 看到 @again 的 rank 为 1

  场景: 查询只说受不受保护，次数有限并留痕
    假如 设置 deal.hints_per_hour 为 3
    当 liming 对 @deal 执行 submit
    而且 luoqi 调用 deal.hint
      | customer_name | 海纳机械（宁波）有限公司 |
      | division      | 330206                   |
    那么 答复的 answer 为 protected
    而且 答复的 territory.covered 为 true
    当 luoqi 调用 deal.hint
      | customer_name | 杭州从未有过的公司 |
    那么 答复的 answer 为 free
    当 liming 调用 deal.hint
      | customer_name | 宁波海纳机械有限公司 |
    那么 答复的 answer 为 ours
    当 luoqi 调用 deal.hint
      | customer_name | 另一家从未有过的公司 |
    而且 luoqi 调用 deal.hint
      | customer_name | 又一家从未有过的公司 |
    那么 被拒绝，代码 deal.hint_too_often
    而且 wang 看到 3 条 deal_hint，条件 partner_id == @second
    而且 wang 看到 1 条 notice，条件 object_name == 'deal_hint'
    当 过去 2 小时
    而且 luoqi 调用 deal.hint
      | customer_name | 又一家从未有过的公司 |
    那么 答复的 answer 为 free

  场景: 提交前必须填全
    当 liming 建立 deal_registration @empty
      | customer_name | 杭州未填全机械有限公司 |
    而且 liming 对 @empty 执行 submit
    那么 被拒绝，代码 deal.incomplete

  场景: 同一伙伴的多人同时试探，合计不超过上限；草稿照存，只是不给提示
    假如 设置 deal.hints_per_hour 为 2
    而且 有用户
      | login | roles         | organisation |
      | luoba | partner_owner | @second      |
    当 同时建立 deal_registration
      | as    | key | customer_name | division |
      | luoqi | a   | 甲机械有限公司 | 330206   |
      | luoba | b   | 乙机械有限公司 | 330206   |
      | luoqi | c   | 丙机械有限公司 | 330206   |
      | luoba | d   | 丁机械有限公司 | 330206   |
      | luoqi | e   | 戊机械有限公司 | 330206   |
    那么 luoba 看到 5 条 deal_registration，条件 state == 'draft'
    而且 luoba 看到 2 条 deal_registration，条件 hint == 'free'
    而且 luoba 看到 3 条 deal_registration，条件 hint == null
    当 luoqi 调用 deal.hint
      | customer_name | 己机械有限公司 |
    那么 被拒绝，代码 deal.hint_too_often

  场景: 草稿的查重只是初步查看，不说已受理
    那么 liming 在 @deal 的决定中读到 "初步查重"
    而且 liming 在 @deal 的决定、回执和答复中读不到 "报备已受理"
    当 liming 对 @deal 执行 submit
    那么 liming 在 @deal 的决定中读到 "报备已受理"

  场景: 编造的信用代码骗不过查重
    当 liming 对 @deal 执行 submit
    而且 luoqi 建立 deal_registration @invented
      | customer_name | 宁波海纳机械有限公司 |
      | credit_code   | 91330206MA00000160   |
      | contact_phone | 0574-87000000        |
      | division      | 330206               |
      | industry_id   | @machinery           |
      | amount        | 1000.00              |
      | expected_on   | today+10             |
    而且 luoqi 对 @invented 执行 submit
    那么 被拒绝，代码 deal.waiting
    当 luoqi 建立 deal_registration @phone
      | customer_name | 杭州澄江贸易有限公司 |
      | credit_code   | 91110000600037341L   |
      | contact_phone | 0574-86820004        |
      | division      | 330206               |
      | industry_id   | @machinery           |
      | amount        | 1000.00              |
      | expected_on   | today+10             |
    而且 luoqi 对 @phone 执行 submit
    那么 luoqi 看到 @phone 的 hint 为 review

  场景: 名称相同、信用代码不同，由人核对而不是直接拒绝
    当 liming 对 @deal 执行 submit
    而且 luoqi 建立 deal_registration @namesake
      | customer_name | 宁波海纳机械有限公司 |
      | credit_code   | 91110000600037341L   |
      | contact_phone | 0574-87000000        |
      | division      | 330206               |
      | industry_id   | @machinery           |
      | amount        | 1000.00              |
      | expected_on   | today+10             |
    那么 luoqi 看到 @namesake 的 hint 为 review
    当 luoqi 对 @namesake 执行 submit
    那么 luoqi 看到 @namesake 的 state 为 submitted
    而且 luoqi 看到 @namesake 的 rank 为 2
    当 wang 对 @deal 执行 approve
    而且 wang 对 @namesake 执行 approve
      | comment | 营业执照不同，是两家公司 |
    那么 luoqi 看到 @namesake 的 state 为 approved
    而且 wang 看到 2 条 customer，条件 sold_by == 'partner'

  场景: 受保护的客户，线索转化、建档和改派都给不了别人
    当 liming 对 @deal 执行 submit
    而且 wang 建立 customer @other
      | name       | 宁波海纳机械有限公司 |
      | sold_by    | partner              |
      | partner_id | @second              |
    那么 被拒绝，代码 deal.customer_protected
    当 wang 对 @deal 执行 approve
    而且 wang 找到 customer @customer，条件 sold_by == 'partner'
    而且 wang 修改 @customer
      | partner_id | @second |
    那么 被拒绝，代码 deal.customer_protected
    当 wang 建立 lead @lead
      | company    | 海纳机械（宁波）有限公司 |
      | phone      | 0574-86820004            |
      | partner_id | @second                  |
    而且 wang 对 @lead 执行 qualify
    而且 wang 对 @lead 执行 convert
    那么 被拒绝，代码 deal.customer_protected
    当 wang 修改 @lead
      | partner_id | @first |
    而且 wang 对 @lead 执行 convert
    那么 wang 看到 @lead 的 customer_id 为 @customer
    而且 wang 看到 1 条 customer

  场景: 两条线索同时转化，一家客户只归一家
    当 wang 建立 lead @one
      | company    | 海纳机械（宁波）有限公司 |
      | phone      | 0574-86820004            |
      | partner_id | @first                   |
    而且 wang 建立 lead @two
      | company    | 宁波海纳机械股份有限公司 |
      | phone      | 0574-86820005            |
      | partner_id | @second                  |
    而且 wang 对 @one 执行 qualify
    而且 wang 对 @two 执行 qualify
    而且 同时执行 convert
      | as   | on   |
      | wang | @one |
      | zong | @two |
    那么 wang 看到 1 条 customer

  场景: 暂停的伙伴得不到批准；终止后报备撤销、客户释放、商机结束
    当 liming 对 @deal 执行 submit
    而且 wang 对 @first 执行 suspend
      | comment | 逾期 |
    而且 wang 对 @deal 执行 approve
    那么 被拒绝，代码 deal.partner_inactive
    当 wang 对 @first 执行 resume
    而且 wang 对 @deal 执行 approve
    而且 系统建立 customer @served
      | name       | 杭州璟曜精密机械有限公司 |
      | sold_by    | partner                  |
      | partner_id | @first                   |
    而且 liming 建立 deal_registration @waiting
      | customer_name | 杭州桉禾乳品有限公司 |
      | contact_phone | 0571-82610003        |
      | division      | 330110               |
      | industry_id   | @machinery           |
      | amount        | 1.00                 |
      | expected_on   | today+1              |
    而且 liming 对 @waiting 执行 submit
    而且 zong 对 @first 执行 terminate
      | comment | 长期逾期 |
    那么 wang 看到 @deal 的 state 为 rejected
    而且 wang 看到 @waiting 的 state 为 withdrawn
    而且 wang 看到 @served 的 sold_by 为 open
    而且 wang 看到 0 条 customer，条件 partner_id == @first
    而且 wang 看到 0 条 task，条件 state == 'open'
    而且 wang 看到 1 条 opportunity，条件 lost_reason == 'reassigned'
    当 luoqi 建立 deal_registration @next
      | customer_name | 宁波海纳机械有限公司 |
      | contact_phone | 0574-86820004        |
      | division      | 330206               |
      | industry_id   | @machinery           |
      | amount        | 1000.00              |
      | expected_on   | today+10             |
    而且 luoqi 对 @next 执行 submit
    而且 wang 对 @next 执行 approve
    那么 luoqi 看到 1 条 customer
