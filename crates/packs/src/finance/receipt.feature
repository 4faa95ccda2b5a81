# language: zh-CN
功能: 收款、核销、退款与佣金

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | cai   | finance_clerk   |              |
      | kong    | warehouse_clerk |              |
    而且 系统建立 partner @yunfan
      | name                   | 杭州云帆科技有限公司 |
      | tier                   | silver               |
      | credit_limit           | 10000.00             |
      | payment_terms_days     | 30                   |
      | contact_name           | 李明                 |
      | division               | 330106               |
      | address                | 杭州市西湖区文三路 1 号 |
      | territories.1.division | 330000               |
    而且 系统对 @yunfan 执行 approve
    而且 有用户
      | login | roles         | organisation |
      | lao   | partner_owner | @yunfan      |
    而且 系统建立 product_category @pumps
      | code | PV   |
      | name | 泵阀 |
    而且 系统建立 product_category @lights
      | code | LT   |
      | name | 照明 |
    而且 系统建立 product @pump
      | code        | P1      |
      | name        | 离心泵  |
      | category_id | @pumps  |
      | list_price  | 1000.00 |
    而且 系统建立 product @lamp
      | code        | L1      |
      | name        | 工矿灯  |
      | category_id | @lights |
      | list_price  | 250.00  |
    而且 系统建立 commission_rule @base
      | name              | 通用 2%，首单奖 100 |
      | percent           | 2                   |
      | first_order_bonus | 100.00              |
    而且 系统建立 commission_rule @pump_rule
      | name        | 泵阀银牌 5% |
      | category_id | @pumps      |
      | tier        | silver      |
      | percent     | 5           |
    而且 系统建立 site @central
      | code       | W1     |
      | name       | 中心仓 |
      | is_central | true   |
    而且 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 20       |
      | lines.2.product_id | @lamp    |
      | lines.2.quantity   | 50       |
    而且 kong 对 @goods 执行 post
    而且 wang 建立 sales_order @order
      | partner_id         | @yunfan |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
      | lines.2.product_id | @lamp   |
      | lines.2.quantity   | 4       |
    而且 wang 对 @order 执行 submit
    而且 kong 对 @order 执行 ship_all
      | carrier | 顺丰 |

  场景: 还没收到的钱不入账
    当 cai 建立 receipt @early
      | partner_id  | @yunfan |
      | amount      | 100.00  |
      | reference   | B0      |
      | received_on | today+1 |
    那么 被拒绝，代码 finance.received_later，字段 received_on

  场景: 部分收款按回款计提，收齐发首单奖励
    当 cai 建立 receipt @half
      | partner_id | @yunfan |
      | amount     | 1000.00 |
      | reference  | B1      |
    而且 cai 对 @half 执行 allocate
    那么 cai 看到 @half 的 state 为 allocated
    而且 cai 查得 commission_entry 的 commission_amount 为 35.00
    而且 cai 查得 commission_entry 的 commission_open 为 35.00
    而且 cai 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 9000.00 and held_amount == 0
    当 cai 建立 receipt @rest
      | partner_id | @yunfan |
      | amount     | 1000.00 |
      | reference  | B2      |
    而且 cai 对 @rest 执行 allocate
    那么 cai 查得 commission_entry 的 commission_amount 为 170.00
    而且 cai 看到 1 条 commission_entry，条件 kind == 'bonus'
    而且 lao 看到 1 条 statement_line，条件 kind == 'bonus'
    而且 cai 看到 1 条 task，条件 state == 'open' and object_name == 'invoice'
    当 cai 找到 commission_entry @bonus，条件 kind == 'bonus'
    那么 cai 在 @bonus 的决定中读到 "首单全额回款"
    当 cai 对 @bonus 执行 approve
    而且 cai 对 @bonus 执行 pay
    那么 cai 查得 commission_entry 的 commission_open 为 70.00

  场景: 退款追回佣金，一分不差
    当 cai 建立 receipt @all
      | partner_id | @yunfan |
      | amount     | 2000.00 |
      | reference  | B1      |
    而且 cai 对 @all 执行 allocate
    那么 cai 查得 commission_entry 的 commission_amount 为 170.00
    当 cai 对 @all 执行 refund
      | refund_amount | 333.33   |
      | refund_reason | 付款有误 |
    那么 cai 看到 @all
      | allocated_amount | 1666.67 |
      | refunded_amount  | 333.33  |
    而且 cai 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 9666.67 and held_amount == 0
    当 cai 对 @all 执行 refund
      | refund_amount | 1666.67 |
      | refund_reason | 付款有误 |
    那么 cai 看到 @all 的 state 为 refunded
    而且 cai 查得 commission_entry 的 commission_amount 为 0
    而且 cai 查得 commission_entry 的 commission_open 为 0
    而且 cai 查得 receivable 的 open_amount 为 2000.00

  场景: 多付的钱成为预付
    当 cai 建立 receipt @more
      | partner_id | @yunfan |
      | amount     | 2500.00 |
      | reference  | B1      |
    而且 cai 对 @more 执行 allocate
    那么 cai 看到 @more
      | state              | booked  |
      | allocated_amount   | 2000.00 |
      | unallocated_amount | 500.00  |
    当 cai 对 @more 执行 allocate
    那么 被拒绝，代码 finance.nothing_open
    当 cai 对 @more 执行 refund
      | refund_amount | 2500.01 |
      | refund_reason | 多付    |
    那么 被拒绝，代码 finance.refund_range，字段 refund_amount
    当 cai 对 @more 执行 refund
      | refund_amount | 500.00 |
      | refund_reason | 多付   |
    那么 cai 看到 @more 的 state 为 allocated
    而且 cai 查得 commission_entry 的 commission_amount 为 170.00

  场景: 同一流水不入账两次，入账后不能改金额
    当 cai 建立 receipt @once
      | partner_id | @yunfan |
      | amount     | 100.00  |
      | reference  | B1      |
    而且 cai 建立 receipt @twice
      | partner_id | @yunfan |
      | amount     | 100.00  |
      | reference  | B1      |
    那么 被拒绝，代码 finance.reference_taken
    当 cai 修改 @once
      | amount | 900.00 |
    那么 被拒绝，代码 finance.receipt_fixed

  场景: 账龄按到期日分栏
    当 过去 45 天
    而且 cai 调用 finance.ageing
    那么 答复的 rows.1.days_0_30 为 2000.00
    而且 答复的 total.total 为 2000.00
    当 lao 调用 finance.statement
    那么 答复的 closing 为 2000.00

  场景: 降低额度后仍可收款，额度随回款恢复
    当 系统对 @yunfan 执行 suspend
      | comment | 复核 |
    而且 wang 修改 @yunfan
      | credit_limit | 500.00 |
    那么 cai 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == -1500.00 and held_amount == 0
    当 cai 建立 receipt @all
      | partner_id | @yunfan |
      | amount     | 2000.00 |
      | reference  | B1      |
    而且 cai 对 @all 执行 allocate
    那么 cai 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 500.00 and held_amount == 0

  场景: 发票开具后不能改，作废后重新备好一张
    当 cai 找到 invoice @first，条件 state == 'draft'
    那么 cai 看到 @first
      | taxes.1.amount     | 2000.00 |
      | taxes.1.tax_amount | 230.08  |
    当 cai 修改 @first
      | taxes | [] |
    那么 被拒绝，代码 field.read_only，字段 taxes
    当 cai 修改 @first
      | taxes.2.id |  |
    那么 被拒绝，代码 field.read_only，字段 taxes
    当 cai 修改 @first
      | buyer_name | 杭州云帆科技有限公司滨江分公司 |
    而且 cai 对 @first 执行 issue
      | invoice_code | 24332000000012345678 |
    而且 cai 修改 @first
      | buyer_name | 另一家公司 |
    那么 被拒绝，代码 action.forbidden
    而且 lao 看到 @first 的 amount 为 2000.00
    当 cai 对 @first 执行 cancel
      | cancel_reason | 抬头有误 |
    而且 cai 找到 invoice @second，条件 state == 'draft'
    那么 cai 看到 @second 的 amount 为 2000.00
    而且 cai 看到 1 条 receivable，条件 state == 'open'

  场景: 同时核销同一笔应收，只收一次
    假如 wang 建立 sales_order @other
      | partner_id         | @yunfan |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 7       |
    而且 wang 对 @other 执行 submit
    而且 kong 对 @other 执行 ship_all
      | carrier | 顺丰 |
    而且 cai 找到 receivable @due，条件 sales_order_id == @order
    而且 cai 建立 receipt @a
      | partner_id | @yunfan |
      | amount     | 2000.00 |
      | reference  | B1      |
    而且 cai 建立 receipt @b
      | partner_id | @yunfan |
      | amount     | 2000.00 |
      | reference  | B2      |
    而且 cai 建立 receipt @c
      | partner_id | @yunfan |
      | amount     | 2000.00 |
      | reference  | B3      |
    而且 cai 建立 receipt @d
      | partner_id | @yunfan |
      | amount     | 2000.00 |
      | reference  | B4      |
    当 同时执行 allocate
      | as  | on | target_receivable_id |
      | cai | @a | @due                 |
      | cai | @b | @due                 |
      | cai | @c | @due                 |
      | cai | @d | @due                 |
    那么 1 个成功，其余被拒绝，代码 finance.settled
    而且 cai 看到 @due
      | received_amount | 2000.00 |
      | open_amount     | 0.00    |

  场景: 只付了已发的货，佣金按已发的货计；取消余下部分后首单视为付清
    假如 系统建立 partner @second
      | name                   | 宁波小舟贸易有限公司 |
      | tier                   | silver               |
      | credit_limit           | 10000.00             |
      | contact_name           | 周舟                 |
      | division               | 330203               |
      | address                | 宁波市海曙区药行街 8 号 |
      | territories.1.division | 330200               |
    而且 系统对 @second 执行 approve
    而且 wang 建立 sales_order @part
      | partner_id         | @second |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
      | lines.2.product_id | @lamp   |
      | lines.2.quantity   | 4       |
    而且 wang 对 @part 执行 submit
    而且 kong 找到 delivery_note @note，条件 state == 'ready'
    而且 kong 修改 @note
      | lines.1.id            | @note.lines.1.id |
      | lines.1.ship_quantity | 1                |
      | lines.2.id            | @note.lines.2.id |
      | lines.2.ship_quantity | 0                |
    而且 kong 对 @note 执行 ship
      | carrier | 德邦 |
    而且 cai 建立 receipt @money
      | partner_id | @second |
      | amount     | 1000.00 |
      | reference  | B9      |
    而且 cai 对 @money 执行 allocate
    那么 cai 查得 commission_entry 的 commission_amount 为 50.00，条件 sales_order_id == @part
    当 wang 对 @part 执行 cancel_rest
    那么 cai 查得 commission_entry 的 commission_amount 为 150.00，条件 sales_order_id == @part
    而且 cai 看到 1 条 commission_entry，条件 sales_order_id == @part and kind == 'bonus'

  场景: 付清后全部退货：贷记成为可退的款项，退款后不欠款也没有佣金
    当 cai 建立 receipt @all
      | partner_id | @yunfan |
      | amount     | 2000.00 |
      | reference  | B1      |
    而且 cai 对 @all 执行 allocate
    而且 kong 建立 sales_return @back
      | sales_order_id     | @order   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 1        |
      | lines.2.product_id | @lamp    |
      | lines.2.quantity   | 4        |
    而且 kong 对 @back 执行 post
    那么 cai 查得 commission_entry 的 commission_amount 为 170.00
    而且 cai 查得 sales_order 的 sales_amount 为 2000.00
    当 cai 对 @back 执行 credit
      | credit_reference | 红字 001 |
    那么 cai 查得 commission_entry 的 commission_amount 为 0
    而且 cai 查得 sales_order 的 sales_amount 为 0
    而且 cai 查得 sales_order 的 revenue 为 0
    而且 cai 查得 receipt 的 receipt_amount 为 2000.00
    而且 cai 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 12000.00 and advance_amount == 2000.00
    当 cai 找到 invoice @red，条件 kind == 'red'
    那么 cai 看到 @red
      | amount | -2000.00 |
      | state  | draft    |
    当 lao 调用 finance.statement
    那么 答复的 closing 为 -2000.00
    当 cai 找到 receipt @note，条件 method == 'credit_note'
    而且 cai 对 @note 执行 refund
      | refund_amount | 2000.00  |
      | refund_reason | 全部退货 |
    而且 lao 调用 finance.statement
    那么 答复的 closing 为 0.00
    而且 cai 查得 receivable 的 open_amount 为 0
    而且 cai 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 10000.00 and advance_amount == 0

  场景: 退货贷记后退原收款，重新打开的欠款由贷记结清
    当 cai 建立 receipt @all
      | partner_id | @yunfan |
      | amount     | 2000.00 |
      | reference  | B1      |
    而且 cai 对 @all 执行 allocate
    而且 kong 建立 sales_return @back
      | sales_order_id     | @order   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 1        |
      | lines.2.product_id | @lamp    |
      | lines.2.quantity   | 4        |
    而且 kong 对 @back 执行 post
    而且 cai 对 @back 执行 credit
      | credit_reference | 红字 001 |
    而且 cai 对 @all 执行 refund
      | refund_amount | 2000.00  |
      | refund_reason | 全部退货 |
    那么 cai 查得 receivable 的 open_amount 为 0
    而且 cai 查得 receivable 的 received_amount 为 0
    而且 cai 查得 commission_entry 的 commission_amount 为 0
    当 lao 调用 finance.statement
    那么 答复的 closing 为 0.00

  场景: 未付款时退货，先抵减本订单的欠款，佣金按留下的货计
    当 kong 建立 sales_return @back
      | sales_order_id     | @order   |
      | site_id            | @central |
      | reason             | unwanted |
      | lines.1.product_id | @lamp    |
      | lines.1.quantity   | 2        |
    而且 kong 对 @back 执行 post
    而且 cai 对 @back 执行 credit
      | credit_reference | 红字 001 |
    而且 cai 找到 receivable @due，条件 sales_order_id == @order
    那么 cai 看到 @due
      | open_amount     | 1500.00 |
      | credited_amount | 500.00  |
      | received_amount | 0       |
    而且 cai 看到 1 条 credit_account，条件 partner_id == @yunfan and available_amount == 8500.00 and used_amount == 1500.00
    而且 cai 查得 receivable 的 receivable_amount 为 1500.00
    而且 cai 查得 receipt_allocation 的 allocated_amount 为 0
    当 cai 建立 receipt @rest
      | partner_id | @yunfan |
      | amount     | 1500.00 |
      | reference  | B1      |
    而且 cai 对 @rest 执行 allocate
    那么 cai 看到 @due 的 state 为 settled
    而且 cai 查得 commission_entry 的 commission_amount 为 160.00
    当 cai 建立 receipt @fake
      | partner_id | @yunfan     |
      | amount     | 100.00      |
      | method     | credit_note |
      | reference  | B2          |
    那么 被拒绝，代码 finance.credit_note_made，字段 method

  场景: 预付款就是信用：到账后，等待信用的订单先到先确认
    假如 系统建立 partner @cash
      | name                   | 宁波小舟贸易有限公司 |
      | tier                   | silver               |
      | credit_limit           | 0                    |
      | contact_name           | 周舟                 |
      | division               | 330203               |
      | address                | 宁波市海曙区药行街 8 号 |
      | territories.1.division | 330200               |
    而且 系统对 @cash 执行 approve
    而且 wang 建立 sales_order @one
      | partner_id         | @cash |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 wang 对 @one 执行 submit
    而且 wang 建立 sales_order @two
      | partner_id         | @cash |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 wang 对 @two 执行 submit
    那么 wang 看到 @one 的 state 为 credit_hold
    当 cai 建立 receipt @ahead
      | partner_id | @cash   |
      | amount     | 1500.00 |
      | reference  | B1      |
    那么 wang 看到 @one 的 state 为 confirmed
    而且 wang 看到 @two 的 state 为 credit_hold
    而且 cai 看到 1 条 credit_account，条件 partner_id == @cash and available_amount == 500.00 and advance_amount == 1500.00 and held_amount == 1000.00
    当 kong 对 @one 执行 ship_all
      | carrier | 顺丰 |
    而且 cai 对 @ahead 执行 allocate
    那么 cai 看到 1 条 credit_account，条件 partner_id == @cash and available_amount == 500.00 and advance_amount == 500.00 and used_amount == 0
    当 cai 对 @ahead 执行 refund
      | refund_amount | 500.00 |
      | refund_reason | 多付   |
    那么 cai 看到 1 条 credit_account，条件 partner_id == @cash and available_amount == 0 and advance_amount == 0

  场景: 对账单的余额就是欠款，佣金另列；每条佣金各有待办；按到账日记账
    当 过去 5 天
    而且 cai 建立 receipt @half
      | partner_id  | @yunfan |
      | amount      | 1000.00 |
      | received_on | today-3 |
      | reference   | B1      |
    而且 cai 对 @half 执行 allocate
    而且 lao 调用 finance.statement
    那么 答复的 closing 为 1000.00
    而且 答复的 commission_open 为 35.00
    当 cai 找到 statement_line @line，条件 kind == 'receipt'
    那么 cai 看到 @line 的 posted_on 为 today-3
    而且 cai 看到 2 条 task，条件 state == 'open' and object_name == 'commission_entry'
    当 cai 找到 commission_entry @pumps_share，条件 category_id == @pumps
    而且 cai 对 @pumps_share 执行 approve
    那么 cai 看到 1 条 task，条件 state == 'open' and object_name == 'commission_entry'
    当 cai 对 @pumps_share 执行 pay
    而且 lao 调用 finance.statement
    那么 答复的 closing 为 1000.00
    而且 答复的 commission_open 为 10.00

  场景: 首单奖励发过之后，更早起草的订单照常收款
    假如 系统建立 partner @second
      | name                   | 宁波小舟贸易有限公司 |
      | tier                   | silver               |
      | credit_limit           | 10000.00             |
      | contact_name           | 周舟                 |
      | division               | 330203               |
      | address                | 宁波市海曙区药行街 8 号 |
      | territories.1.division | 330200               |
    而且 系统对 @second 执行 approve
    而且 wang 建立 sales_order @early
      | partner_id         | @second |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    而且 wang 建立 sales_order @late
      | partner_id         | @second |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    而且 wang 对 @late 执行 submit
    而且 kong 对 @late 执行 ship_all
      | carrier | 顺丰 |
    而且 cai 建立 receipt @first
      | partner_id | @second |
      | amount     | 1000.00 |
      | reference  | B1      |
    而且 cai 对 @first 执行 allocate
    那么 cai 看到 1 条 commission_entry，条件 sales_order_id == @late and kind == 'bonus'
    当 wang 对 @early 执行 submit
    而且 kong 对 @early 执行 ship_all
      | carrier | 顺丰 |
    而且 cai 建立 receipt @next
      | partner_id | @second |
      | amount     | 1000.00 |
      | reference  | B2      |
    而且 cai 对 @next 执行 allocate
    那么 cai 看到 @next 的 state 为 allocated
    而且 cai 看到 0 条 commission_entry，条件 sales_order_id == @early and kind == 'bonus'

  场景: 开具时没有号码的发票可以补填一次
    当 cai 对 @order 执行 issue_invoices
    而且 cai 找到 invoice @paper，条件 state == 'issued'
    而且 cai 对 @paper 执行 set_number
      | invoice_code | 24332000000012345678 |
    那么 cai 看到 @paper 的 invoice_code 为 24332000000012345678
    当 cai 对 @paper 执行 set_number
      | invoice_code | 24332000000087654321 |
    那么 被拒绝，代码 finance.invoice_numbered，字段 invoice_code

  场景: 上级伙伴看不到下级的收款、信用、对账单与佣金
    假如 系统建立 partner @upper
      | name | 浙江总代理有限公司 |
    而且 系统对 @upper 执行 approve
    而且 系统对 @yunfan 执行 update
      | parent_id | @upper |
    而且 有用户
      | login  | roles         | organisation |
      | shang  | partner_owner | @upper       |
      | liming | partner_sales | @yunfan      |
    当 cai 建立 receipt @all
      | partner_id | @yunfan |
      | amount     | 2000.00 |
      | reference  | B1      |
    而且 cai 对 @all 执行 allocate
    那么 shang 看不到 @all
    而且 shang 看到 0 条 receivable
    而且 shang 看到 0 条 receipt_allocation
    而且 shang 看到 0 条 statement_line
    而且 shang 看到 0 条 commission_entry
    而且 lao 看到 @all 的 amount 为 2000.00
    当 lao 找到 credit_account @credit，条件 partner_id == @yunfan
    那么 liming 看到 @credit 的 available_amount 为 10000.00
    而且 liming 看不到 @credit 的 credit_limit
    而且 liming 看不到 @credit 的 used_amount
    而且 shang 看不到 @credit
