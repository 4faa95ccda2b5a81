# language: zh-CN
功能: 促销、优惠券与价目表

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | zong  | sales_director  |              |
      | kong  | warehouse_clerk |              |
    而且 系统建立 partner @yunfan
      | name                   | 杭州云帆科技有限公司    |
      | tier                   | gold                    |
      | credit_limit           | 50000.00                |
      | payment_terms_days     | 30                      |
      | discount_limit         | 5                       |
      | contact_name           | 李明                    |
      | division               | 330106                  |
      | address                | 杭州市西湖区文三路 1 号 |
      | territories.1.division | 330000                  |
    而且 系统对 @yunfan 执行 approve
    而且 系统建立 partner @haina
      | name                   | 宁波海纳机械有限公司    |
      | tier                   | silver                  |
      | credit_limit           | 50000.00                |
      | contact_name           | 周舟                    |
      | division               | 330203                  |
      | address                | 宁波市海曙区药行街 8 号 |
      | territories.1.division | 330200                  |
    而且 系统对 @haina 执行 approve
    而且 有用户
      | login  | roles         | organisation |
      | liming | partner_sales | @yunfan      |
      | zhou   | partner_sales | @haina       |
    而且 系统建立 product_category @pumps
      | code | PV   |
      | name | 泵阀 |
    而且 系统建立 product @pump
      | code        | P1      |
      | name        | 离心泵  |
      | category_id | @pumps  |
      | list_price  | 1000.00 |
    而且 系统建立 product @valve
      | code        | V1     |
      | name        | 球阀   |
      | category_id | @pumps |
      | list_price  | 100.00 |
    而且 系统建立 product @bag
      | code       | B1     |
      | name       | 工具包 |
      | list_price | 58.00  |
    而且 系统建立 site @central
      | code       | W1         |
      | name       | 中心仓     |
      | kind       | warehouse  |
      | is_central | true       |
      | latitude   | 30.305700  |
      | longitude  | 120.490000 |
    而且 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 50       |
      | lines.2.product_id | @valve   |
      | lines.2.quantity   | 50       |
      | lines.3.product_id | @bag     |
      | lines.3.quantity   | 5        |
    而且 kong 对 @goods 执行 post
    而且 wang 找到 sales_channel @ch_portal，条件 code == 'portal'
    而且 wang 找到 sales_channel @ch_store，条件 code == 'store'

  场景: 价目表发布后按等级、渠道与数量成交，撤下即恢复
    假如 zong 建立 price_list @list
      | name                  | 金牌门户价 |
      | tier                  | gold       |
      | channel_id            | @ch_portal |
      | division              | 330000     |
      | lines.1.product_id    | @pump      |
      | lines.1.price         | 900.00     |
      | lines.2.product_id    | @pump      |
      | lines.2.quantity_from | 10         |
      | lines.2.price         | 850.00     |
      | lines.3.category_id   | @pumps     |
      | lines.3.percent_off   | 5          |
    当 liming 建立 sales_order @before
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    那么 liming 看到 @before 的 total_amount 为 2000.00
    当 zong 对 @list 执行 publish
    而且 liming 建立 sales_order @two
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 2      |
      | lines.2.product_id | @valve |
      | lines.2.quantity   | 1      |
    而且 liming 建立 sales_order @ten
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 10    |
    那么 liming 看到 @two 的 total_amount 为 1895.00
    而且 liming 看到 @ten 的 total_amount 为 8500.00
    当 zhou 建立 sales_order @silver
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 wang 建立 sales_order @desk
      | partner_id         | @yunfan |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 2       |
    那么 zhou 看到 @silver 的 total_amount 为 2000.00
    而且 wang 看到 @desk 的 total_amount 为 2000.00
    当 zong 对 @list 执行 withdraw
    而且 liming 修改 @two
      | comment | 急用 |
    那么 liming 看到 @two 的 total_amount 为 2100.00

  场景: 折扣、单品直减与阶梯满减
    假如 系统建立 promotion @percent
      | name                  | 球阀九折 |
      | kind                  | percent_off |
      | percent_off           | 10          |
      | threshold_quantity    | 5           |
      | products.1.product_id | @valve      |
    而且 系统建立 promotion @tiers
      | name                     | 满减阶梯       |
      | kind                     | full_reduction |
      | priority                 | 5              |
      | tiers.1.threshold_amount | 2000.00        |
      | tiers.1.reduction_amount | 100.00         |
      | tiers.2.threshold_amount | 5000.00        |
      | tiers.2.reduction_amount | 400.00         |
    当 liming 建立 sales_order @five
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 5      |
    那么 liming 看到 @five
      | promotion_amount | 50.00    |
      | promotion_id     | @percent |
    当 liming 建立 sales_order @tiered
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 5     |
    那么 liming 看到 @tiered
      | promotion_amount | 400.00 |
      | promotion_id     | @tiers |
    假如 系统建立 promotion @each
      | name             | 水泵每台直减 30 |
      | kind             | amount_off      |
      | reduction_amount | 30.00           |
      | priority         | 9               |
    当 liming 建立 sales_order @less
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 3     |
    那么 liming 看到 @less 的 promotion_amount 为 90.00

  场景: 买十赠一，赠品占库存、不收钱
    假如 系统建立 promotion @gift
      | name                  | 买十赠一 |
      | kind                  | gift     |
      | threshold_quantity    | 10       |
      | every                 | true     |
      | products.1.product_id | @valve   |
      | gifts.1.product_id    | @bag     |
      | gifts.1.quantity      | 1        |
    当 liming 建立 sales_order @order
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 25     |
    那么 liming 看到 @order
      | list_amount          | 2616.00 |
      | promotion_amount     | 116.00  |
      | total_amount         | 2500.00 |
      | lines.2.product_id   | @bag    |
      | lines.2.quantity     | 2       |
      | lines.2.gift         | true    |
      | lines.2.total_amount | 0.00    |
    当 liming 对 @order 执行 submit
    那么 liming 看到 @order 的 state 为 confirmed
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @bag and on_hand == 5 and reserved == 2
    当 kong 找到 delivery_note @note，条件 state == 'ready'
    而且 kong 对 @note 执行 ship
      | carrier | 顺丰 |
    那么 liming 看到 @order 的 state 为 shipped
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @bag and on_hand == 3 and reserved == 0
    当 liming 调用 order.reorder
      | sales_order_id | @order |
    而且 liming 找到 sales_order @again，条件 state == 'draft'
    那么 liming 看到 @again
      | total_amount     | 2500.00 |
      | lines.2.quantity | 2       |

  场景: 组合价与第二件半价
    假如 系统建立 promotion @bundle
      | name                 | 一泵两阀套装 |
      | kind                 | bundle       |
      | bundle_price         | 1080.00      |
      | parts.1.product_id   | @pump        |
      | parts.1.quantity     | 1            |
      | parts.2.product_id   | @valve       |
      | parts.2.quantity     | 2            |
    当 liming 建立 sales_order @set
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 2      |
      | lines.2.product_id | @valve |
      | lines.2.quantity   | 3      |
    那么 liming 看到 @set
      | promotion_amount           | 120.00  |
      | lines.1.promotion_amount   | 100.00  |
      | lines.2.promotion_amount   | 20.00   |
    假如 系统建立 promotion @second
      | name        | 第二件半价 |
      | kind        | nth_item   |
      | nth         | 2          |
      | percent_off | 50         |
      | priority    | 5          |
    当 liming 修改 @set
      | comment | 换个优惠 |
    那么 liming 看到 @set
      | promotion_amount | 550.00  |
      | promotion_id     | @second |

  场景: 互斥组只享一个，可叠加的依次计算，解释说明为什么没有享受
    假如 系统建立 promotion @summer
      | name            | 夏季九折    |
      | kind            | percent_off |
      | percent_off     | 10          |
      | exclusive_group | 夏季        |
      | stackable       | true        |
    而且 系统建立 promotion @summer_plus
      | name            | 夏季八折    |
      | kind            | percent_off |
      | percent_off     | 20          |
      | exclusive_group | 夏季        |
      | stackable       | true        |
    而且 系统建立 promotion @extra
      | name        | 折上再减    |
      | kind        | percent_off |
      | percent_off | 5           |
      | stackable   | true        |
    而且 系统建立 promotion @big
      | name             | 满两万减五千   |
      | kind             | full_reduction |
      | threshold_amount | 20000.00       |
      | reduction_amount | 5000.00        |
      | stackable        | true           |
    而且 系统建立 promotion @shop
      | name        | 门店专享    |
      | kind        | percent_off |
      | percent_off | 50          |
      | channel_id  | @ch_store |
    当 liming 建立 sales_order @order
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 liming 对 @order 执行 submit
    那么 liming 看到 @order
      | promotion_amount           | 240.00       |
      | total_amount               | 760.00       |
      | promotions.1.promotion_id  | @summer_plus |
      | promotions.1.amount        | 200.00       |
      | promotions.2.promotion_id  | @extra       |
      | promotions.2.amount        | 40.00        |
    而且 liming 在 @order 的决定中读到 "夏季九折：与“夏季八折”同属互斥组 夏季"
    而且 liming 在 @order 的决定中读到 "满两万减五千：金额还差 19000.00"
    而且 wang 在 @order 的决定中读到 "门店专享：不适用于该渠道"
    而且 liming 在 @order 的决定、回执和答复中读不到 "门店专享"

  场景: 重算未改动的订单分毫不差
    假如 系统建立 promotion @odd
      | name             | 满百减七       |
      | kind             | full_reduction |
      | threshold_amount | 100.00         |
      | reduction_amount | 7.00           |
      | every            | true           |
    而且 系统建立 price_rule @rule
      | name  | 特价   |
      | price | 33.333 |
    当 liming 建立 sales_order @order
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 7      |
      | lines.2.product_id | @valve |
      | lines.2.quantity   | 11     |
      | lines.3.product_id | @valve |
      | lines.3.quantity   | 3      |
    那么 liming 看到 @order
      | promotion_amount           | 42.00  |
      | total_amount               | 657.99 |
      | lines.1.promotion_amount   | 14.00  |
      | lines.2.promotion_amount   | 22.00  |
      | lines.3.promotion_amount   | 6.00   |
    当 liming 修改 @order
      | comment | 只改备注 |
    而且 liming 对 @order 执行 submit
    那么 liming 看到 @order
      | promotion_amount           | 42.00  |
      | total_amount               | 657.99 |
      | lines.1.promotion_amount   | 14.00  |
      | lines.2.promotion_amount   | 22.00  |
      | lines.3.promotion_amount   | 6.00   |

  场景: 同时抢最后的预算，绝不超支；取消退回
    假如 zong 建立 promotion @budget
      | name          | 预算二百    |
      | kind          | percent_off |
      | percent_off   | 10          |
      | budget_amount | 250.00      |
    当 liming 建立 sales_order @a
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 zhou 建立 sales_order @b
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 liming 建立 sales_order @c
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 同时执行 submit
      | as     | on |
      | liming | @a |
      | zhou   | @b |
      | liming | @c |
    那么 1 个成功，其余被拒绝，代码 pricing.promotion_used_up
    而且 账户 promotion.budget @budget CNY 余额 0，占用 200.00
    而且 wang 查得 sales_order_promotion 的 promotion_given 为 200.00
    当 wang 找到 sales_order @winner，条件 state == 'confirmed'
    而且 wang 对 @winner 执行 cancel
    那么 账户 promotion.budget @budget CNY 余额 0，占用 0
    而且 账户 promotion.uses @budget orders 余额 0，占用 0
    当 wang 建立 sales_order @later
      | partner_id         | @haina |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    而且 wang 对 @later 执行 submit
    那么 wang 看到 @later 的 promotion_amount 为 100.00
    当 liming 建立 sales_order @last
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 liming 对 @last 执行 submit
    那么 liming 看到 @last 的 promotion_amount 为 0.00
    而且 liming 在 @last 的决定中读到 "预算二百：预算已不足"
    而且 wang 在 @last 的决定中读到 "预算剩余"
    当 kong 找到 delivery_note @note，条件 sales_order_id == @later
    而且 kong 对 @note 执行 ship
      | carrier | 德邦 |
    那么 账户 promotion.budget @budget CNY 余额 -100.00，占用 0

  场景: 驳回退回预算，再次提交重新占用
    假如 系统建立 promotion @budget
      | name          | 只够一单    |
      | kind          | percent_off |
      | percent_off   | 10          |
      | uses_max      | 1           |
    当 wang 建立 sales_order @order
      | partner_id         | @yunfan |
      | discount_percent   | 8       |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    而且 wang 对 @order 执行 submit
    那么 wang 看到 @order
      | state            | pending_approval |
      | promotion_amount | 92.00            |
    而且 账户 promotion.uses @budget orders 余额 0，占用 1
    当 zong 对 @order 执行 reject
      | decision_comment | 折扣过高 |
    那么 账户 promotion.uses @budget orders 余额 0，占用 0
    而且 wang 看到 @order 的 promotion_amount 为 92.00
    当 wang 修改 @order
      | discount_percent | 0 |
    而且 wang 对 @order 执行 submit
    那么 wang 看到 @order
      | state            | confirmed |
      | promotion_amount | 100.00    |

  场景: 首单只享一次
    假如 系统建立 promotion @first
      | name             | 首单减百       |
      | kind             | full_reduction |
      | reduction_amount | 100.00         |
      | first_order      | true           |
    当 liming 建立 sales_order @one
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 liming 建立 sales_order @two
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 liming 对 @one 执行 submit
    那么 liming 看到 @one 的 promotion_amount 为 100.00
    当 liming 修改 @two
      | comment | 第二单 |
    那么 liming 看到 @two 的 promotion_amount 为 0.00
    当 liming 对 @one 执行 cancel
    而且 liming 修改 @two
      | comment | 成为首单 |
    那么 liming 看到 @two 的 promotion_amount 为 100.00

  场景: 优惠券的每种拒绝都说明原因，取消后可再用
    假如 zong 建立 promotion @offer
      | name             | 凭券满千减百   |
      | kind             | full_reduction |
      | threshold_amount | 1000.00        |
      | reduction_amount | 100.00         |
      | coupon_required  | true           |
    而且 zong 建立 coupon @ticket
      | code         | vip100  |
      | promotion_id | @offer  |
      | partner_id   | @yunfan |
    而且 zong 建立 coupon @old
      | code         | OLD      |
      | promotion_id | @offer   |
      | valid_until  | today-1  |
    而且 zong 建立 coupon @early
      | code         | EARLY    |
      | promotion_id | @offer   |
      | valid_from   | today+1  |
    当 liming 建立 sales_order @order
      | coupon_code        | NOPE  |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 被拒绝，代码 pricing.coupon_unknown，字段 coupon_code
    当 liming 建立 sales_order @order
      | coupon_code        | old   |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 被拒绝，代码 pricing.coupon_expired，字段 coupon_code
    当 liming 建立 sales_order @order
      | coupon_code        | early |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 被拒绝，代码 pricing.coupon_too_early，字段 coupon_code
    当 zhou 建立 sales_order @other
      | coupon_code        | VIP100 |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    那么 被拒绝，代码 pricing.coupon_other_partner，字段 coupon_code
    当 liming 建立 sales_order @small
      | coupon_code        | Vip100 |
      | lines.1.product_id | @valve |
      | lines.1.quantity   | 1      |
    而且 liming 对 @small 执行 submit
    那么 被拒绝，代码 pricing.coupon_without_effect，字段 coupon_code
    而且 说明含 "金额还差 900.00"
    当 liming 建立 sales_order @order
      | coupon_code        | Vip100 |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    那么 liming 看到 @order
      | coupon_code      | VIP100 |
      | promotion_amount | 100.00 |
    当 liming 建立 sales_order @twin
      | coupon_code        | VIP100 |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    而且 同时执行 submit
      | as     | on     |
      | liming | @order |
      | liming | @twin  |
    那么 1 个成功，其余被拒绝，代码 pricing.coupon_used_up
    当 liming 建立 sales_order @more
      | coupon_code        | VIP100 |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    那么 被拒绝，代码 pricing.coupon_used_up，字段 coupon_code
    当 liming 找到 sales_order @winner，条件 state == 'confirmed'
    而且 liming 对 @winner 执行 cancel
    而且 liming 建立 sales_order @more
      | coupon_code        | VIP100 |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
    而且 liming 对 @more 执行 submit
    那么 liming 看到 @more
      | state            | confirmed |
      | promotion_amount | 100.00    |
    当 liming 调用 order.price
      | coupon_code        | NOPE  |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 答复的 coupon.applies 为 false
    而且 答复的 totals.total_amount 为 1000.00

  场景: 不完整的促销与无需券的促销被拒绝
    当 zong 建立 promotion @bad
      | name | 没有赠品的赠品活动 |
      | kind | gift               |
    那么 被拒绝，代码 pricing.gifts_missing，字段 gifts
    当 zong 建立 promotion @bad
      | name | 没有产品的组合 |
      | kind | bundle         |
      | bundle_price | 10.00  |
    那么 被拒绝，代码 pricing.parts_missing，字段 parts
    当 zong 建立 promotion @bad
      | name | 没有金额的满减 |
    那么 被拒绝，代码 pricing.promotion_incomplete，字段 reduction_amount
    假如 系统建立 promotion @open
      | name             | 人人可享 |
      | reduction_amount | 1.00     |
    当 zong 建立 coupon @ticket
      | code         | X1    |
      | promotion_id | @open |
    那么 被拒绝，代码 pricing.coupon_not_needed，字段 promotion_id

  场景: 税额按整单四舍五入
    假如 设置 pricing.prices_include_tax 为 false
    而且 设置 pricing.tax_rate 为 20
    而且 系统建立 price_rule @cents
      | name  | 零头价 |
      | price | 0.02   |
    当 liming 建立 sales_order @line
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 1      |
      | lines.2.product_id | @valve |
      | lines.2.quantity   | 1      |
      | lines.3.product_id | @bag   |
      | lines.3.quantity   | 1      |
    那么 liming 看到 @line
      | net_amount   | 0.06 |
      | tax_amount   | 0.00 |
      | total_amount | 0.06 |
    假如 设置 pricing.tax_per_document 为 true
    当 liming 修改 @line
      | comment | 整单计税 |
    那么 liming 看到 @line
      | net_amount   | 0.06 |
      | tax_amount   | 0.01 |
      | total_amount | 0.07 |

  场景: 报价用优惠券，券由订单提交时占用，先到先得
    假如 系统建立 promotion @ticketed
      | name             | 凭券减 80  |
      | reduction_amount | 80.00      |
      | threshold_amount | 500.00     |
      | coupon_required  | true       |
    而且 系统建立 coupon @ticket
      | code         | Q80       |
      | promotion_id | @ticketed |
      | uses_max     | 1         |
    当 wang 建立 quotation @bad
      | partner_id         | @yunfan |
      | coupon_code        | NONE    |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    那么 被拒绝，代码 pricing.coupon_unknown，字段 coupon_code
    当 wang 建立 quotation @small
      | partner_id         | @yunfan |
      | coupon_code        | q80     |
      | lines.1.product_id | @bag    |
      | lines.1.quantity   | 1       |
    而且 wang 对 @small 执行 send
    那么 被拒绝，代码 pricing.coupon_without_effect，字段 coupon_code
    当 wang 建立 quotation @quote
      | partner_id         | @yunfan |
      | coupon_code        | q80     |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    那么 wang 看到 @quote
      | coupon_code   | Q80    |
      | coupon_id     | @ticket |
      | coupon_amount | 80.00  |
      | total_amount  | 920.00 |
    当 wang 建立 quotation @rival
      | partner_id         | @yunfan |
      | coupon_code        | Q80     |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    而且 wang 对 @quote 执行 send
    而且 wang 对 @rival 执行 send
    而且 liming 对 @quote 执行 accept
    而且 liming 对 @rival 执行 accept
    而且 liming 找到 sales_order @order，条件 quotation_id == @quote
    而且 liming 找到 sales_order @other，条件 quotation_id == @rival
    而且 liming 修改 @order
      | coupon_code | |
    那么 被拒绝，代码 order.quoted_fixed，字段 lines
    当 liming 对 @order 执行 submit
    那么 liming 看到 @order
      | state                  | confirmed |
      | total_amount           | 920.00    |
      | promotions.1.coupon_id | @ticket   |
      | promotions.1.amount    | 80.00     |
      | promotions.1.taken     | true      |
    当 liming 对 @other 执行 submit
    那么 被拒绝，代码 pricing.coupon_used_up
    当 liming 对 @order 执行 cancel
    而且 liming 对 @other 执行 submit
    那么 liming 看到 @other 的 state 为 confirmed

  场景: 有效的报价说到做到，券在此后到期也一样；发出前到期的券说明已到期
    假如 系统建立 promotion @ticketed
      | name             | 凭券减 80  |
      | reduction_amount | 80.00      |
      | threshold_amount | 500.00     |
      | coupon_required  | true       |
    而且 系统建立 coupon @ticket
      | code         | Q80       |
      | promotion_id | @ticketed |
      | uses_max     | 5         |
      | valid_until  | today+3   |
    而且 wang 建立 quotation @early
      | partner_id         | @yunfan |
      | coupon_code        | q80     |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    而且 wang 建立 quotation @late
      | partner_id         | @yunfan |
      | coupon_code        | q80     |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    而且 wang 建立 quotation @unsent
      | partner_id         | @yunfan |
      | coupon_code        | q80     |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    而且 wang 对 @early 执行 send
    而且 wang 对 @late 执行 send
    而且 liming 对 @early 执行 accept
    而且 liming 找到 sales_order @first，条件 quotation_id == @early
    当 过去 5 天
    而且 liming 修改 @first
      | comment | 尽快 |
    而且 liming 对 @first 执行 submit
    那么 liming 看到 @first
      | state        | confirmed |
      | total_amount | 920.00    |
    当 liming 对 @late 执行 accept
    而且 liming 找到 sales_order @second，条件 quotation_id == @late
    而且 liming 对 @second 执行 submit
    那么 liming 看到 @second
      | state                  | confirmed |
      | total_amount           | 920.00    |
      | promotions.1.coupon_id | @ticket   |
    当 wang 对 @unsent 执行 send
    那么 被拒绝，代码 pricing.coupon_expired，字段 coupon_code

  场景: 按报价的订单少发时，券的预算按比例计
    假如 系统建立 promotion @all
      | name        | 全场八折    |
      | kind        | percent_off |
      | percent_off | 20          |
      | stackable   | true        |
    而且 系统建立 promotion @ticketed
      | name             | 凭券减 80  |
      | reduction_amount | 80.00      |
      | threshold_amount | 500.00     |
      | coupon_required  | true       |
      | stackable        | true       |
      | budget_amount    | 1000.00    |
    而且 系统建立 coupon @ticket
      | code         | Q80       |
      | promotion_id | @ticketed |
    而且 wang 建立 quotation @quote
      | partner_id         | @yunfan |
      | coupon_code        | q80     |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 2       |
    而且 wang 对 @quote 执行 send
    而且 liming 对 @quote 执行 accept
    而且 liming 找到 sales_order @order，条件 quotation_id == @quote
    而且 liming 对 @order 执行 submit
    那么 liming 看到 @order
      | promotion_amount    | 480.00 |
      | promotions.1.amount | 80.00  |
    而且 账户 promotion.budget @ticketed CNY 余额 0，占用 80
    当 kong 找到 delivery_note @note，条件 sales_order_id == @order
    而且 kong 修改 @note
      | lines.1.id            | @note.lines.1.id |
      | lines.1.ship_quantity | 1                |
    而且 kong 对 @note 执行 ship
      | carrier | 顺丰 |
    而且 wang 对 @order 执行 cancel_rest
    那么 wang 看到 @order
      | promotion_amount    | 240.00 |
      | promotions.1.amount | 40.00  |
    而且 账户 promotion.budget @ticketed CNY 余额 -40，占用 0

  场景: 报价不占预算，所以不享有限额的促销；赠品随报价成交
    假如 系统建立 promotion @limited
      | name          | 有预算的九折 |
      | kind          | percent_off  |
      | percent_off   | 10           |
      | budget_amount | 1000.00      |
      | priority      | 9            |
    而且 系统建立 promotion @gift
      | name               | 下单送工具包 |
      | kind               | gift         |
      | gifts.1.product_id | @bag         |
      | gifts.1.quantity   | 1            |
    当 wang 建立 quotation @quote
      | partner_id         | @yunfan |
      | lines.1.product_id | @pump   |
      | lines.1.quantity   | 1       |
    那么 wang 看到 @quote
      | total_amount       | 1000.00 |
      | lines.2.product_id | @bag    |
      | lines.2.gift       | true    |
    当 wang 对 @quote 执行 send
    而且 liming 对 @quote 执行 accept
    而且 liming 找到 sales_order @order，条件 quotation_id == @quote
    而且 liming 对 @order 执行 submit
    那么 liming 看到 @order
      | state        | confirmed |
      | total_amount | 1000.00   |
      | lines.2.gift | true      |
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and product_id == @bag and reserved == 1
    而且 账户 promotion.budget @limited CNY 余额 0，占用 0
