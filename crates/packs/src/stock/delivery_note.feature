# language: zh-CN
功能: 门店接单与改派

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | kong  | warehouse_clerk |              |
      | dian  | store_clerk     |              |
      | bin   | store_clerk     |              |
    而且 系统建立 partner @yunfan
      | name                   | 杭州云帆科技有限公司    |
      | tier                   | gold                    |
      | credit_limit           | 50000.00                |
      | payment_terms_days     | 30                      |
      | contact_name           | 李明                    |
      | phone                  | 13800000001             |
      | division               | 330106                  |
      | address                | 杭州市西湖区文三路 1 号 |
      | territories.1.division | 330000                  |
    而且 系统对 @yunfan 执行 approve
    而且 有用户
      | login  | roles         | organisation |
      | liming | partner_sales | @yunfan      |
    而且 系统建立 product_category @pumps
      | code | PV   |
      | name | 泵阀 |
    而且 系统建立 product @pump
      | code          | P1      |
      | name          | 离心泵  |
      | category_id   | @pumps  |
      | list_price    | 1000.00 |
      | standard_cost | 400.00  |
    而且 系统建立 site @central
      | code       | W1         |
      | name       | 中心仓     |
      | kind       | warehouse  |
      | is_central | true       |
      | latitude   | 30.305700  |
      | longitude  | 120.490000 |
    而且 系统建立 site @west
      | code      | S1         |
      | name      | 西湖店     |
      | kind      | store      |
      | clerk_id  | @dian      |
      | latitude  | 30.271000  |
      | longitude | 120.130000 |
    而且 系统建立 site @east
      | code      | S2         |
      | name      | 城东店     |
      | kind      | store      |
      | clerk_id  | @bin       |
      | latitude  | 30.275000  |
      | longitude | 120.130000 |
    而且 dian 建立 stock_receipt @shelf
      | site_id            | @west |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 3     |
    而且 dian 对 @shelf 执行 post

  场景: 门店接单后发货
    假如 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 2          |
    而且 liming 对 @order 执行 submit
    而且 dian 找到 delivery_note @note，条件 state == 'offered'
    那么 dian 看到 1 条 task，条件 state == 'open' and object_name == 'delivery_note'
    当 dian 找到 task @accept，条件 state == 'open'
    那么 dian 看到 @accept 的 title_zh 为 西湖店 待接单：DN202603-0001
    当 dian 对 @note 执行 accept
    而且 dian 找到 task @ship，条件 state == 'open'
    那么 dian 看到 @ship 的 title_zh 为 西湖店 待发货：DN202603-0001
    而且 dian 看到 @note
      | state            | ready |
      | offer_expires_at |       |
    当 过去 2 小时
    那么 dian 看到 @note 的 state 为 ready
    当 dian 对 @note 执行 ship
      | carrier | 门店配送 |
    那么 liming 看到 @order 的 state 为 shipped

  场景: 门店拒单要写原因，货物改由下一家门店发出
    假如 bin 建立 stock_receipt @more
      | site_id            | @east |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 5     |
    而且 bin 对 @more 执行 post
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 2          |
    而且 liming 对 @order 执行 submit
    而且 dian 找到 delivery_note @note，条件 state == 'offered'
    那么 liming 不能对 @note 执行 refuse
    当 dian 对 @note 执行 refuse
    那么 被拒绝，代码 field.required，字段 refusal_reason
    当 dian 对 @note 执行 refuse
      | refusal_reason | 样机已损坏 |
    那么 dian 看到 @note 的 state 为 taken_back
    而且 wang 看到 @order 的 site_id 为 @east
    而且 wang 在 @order 的决定中读到 "西湖店：门店已拒单（样机已损坏）"
    而且 liming 在 @order 的决定、回执和答复中读不到 "门店已拒单"
    而且 liming 看不到 @note 的 refusal_reason
    而且 wang 看到 1 条 stock_level，条件 site_id == @west and reserved == 0 and on_hand == 3
    而且 wang 看到 1 条 stock_level，条件 site_id == @east and reserved == 2 and on_hand == 5
    而且 dian 看到 0 条 task，条件 state == 'open'
    而且 bin 看到 1 条 notice，条件 object_name == 'delivery_note' and read_at == null
    当 bin 找到 delivery_note @next，条件 state == 'offered'
    而且 bin 对 @next 执行 accept
    而且 bin 对 @next 执行 refuse
      | refusal_reason | 临时停业 |
    那么 wang 看到 @order
      | state   | confirmed |
      | site_id | @central  |
    而且 wang 在 @order 的决定中读到 "城东店：门店已拒单（临时停业）"

  场景: 到时未接单，自动改派中心仓
    假如 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 20       |
    而且 kong 对 @goods 执行 post
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 3          |
    而且 liming 对 @order 执行 submit
    而且 dian 找到 delivery_note @note，条件 state == 'offered'
    当 过去 1 小时
    那么 dian 看到 @note 的 state 为 taken_back
    而且 wang 看到 @order 的 site_id 为 @central
    而且 wang 在 @order 的决定中读到 "西湖店：门店未按时接单"
    而且 kong 看到 1 条 delivery_note，条件 state == 'ready' and site_id == @central
    而且 wang 看到 1 条 stock_level，条件 site_id == @west and reserved == 0
    当 dian 对 @note 执行 ship
      | carrier | 门店配送 |
    那么 被拒绝，代码 action.not_from_state
    当 kong 找到 delivery_note @next，条件 state == 'ready'
    那么 kong 不能对 @next 执行 refuse
    当 kong 对 @next 执行 ship
      | carrier | 顺丰 |
    那么 liming 看到 @order 的 state 为 shipped

  场景: 没有别的网点有货，订单不丢，到货后由仓库发出
    假如 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 3          |
    而且 liming 对 @order 执行 submit
    而且 dian 找到 delivery_note @note，条件 state == 'offered'
    当 dian 对 @note 执行 refuse
      | refusal_reason | 样机已损坏 |
    那么 wang 看到 @order 的 state 为 confirmed
    而且 kong 看到 1 条 delivery_note，条件 state == 'waiting' and sales_order_id == @order
    而且 kong 看到 1 条 task，条件 state == 'open' and role_name == 'warehouse_clerk'
    当 kong 找到 delivery_note @waits，条件 state == 'waiting'
    当 过去 1 小时
    那么 wang 看到 1 条 stock_level，条件 site_id == @west and reserved == 0
    而且 kong 看到 @waits 的 state 为 waiting
    当 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 20       |
    而且 kong 对 @goods 执行 post
    而且 过去 1 小时
    那么 kong 看到 1 条 delivery_note，条件 state == 'ready' and site_id == @central
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and reserved == 3

  场景: 等货的单可以人工重新寻源
    假如 liming 建立 sales_order @order
      | when_short         | later      |
      | latitude           | 30.200000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 2          |
    而且 liming 对 @order 执行 submit
    而且 kong 找到 delivery_note @waits，条件 state == 'waiting'
    当 kong 对 @waits 执行 source_again
    那么 被拒绝，代码 stock.short
    而且 kong 看到 @waits 的 state 为 waiting
    当 系统建立 site @depot
      | code | W2     |
      | name | 备用仓 |
      | kind | warehouse |
    而且 kong 建立 stock_receipt @goods
      | site_id            | @depot |
      | lines.1.product_id | @pump  |
      | lines.1.quantity   | 20     |
    而且 kong 对 @goods 执行 post
    而且 kong 对 @waits 执行 source_again
    那么 wang 看到 @order 的 site_id 为 @depot
    而且 kong 看到 1 条 delivery_note，条件 state == 'ready' and site_id == @depot
    而且 kong 看到 @waits 的 state 为 cancelled

  场景: 同时拒单，只改派一次；取消的订单不再改派
    假如 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 20       |
    而且 kong 对 @goods 执行 post
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 3          |
    而且 liming 对 @order 执行 submit
    而且 dian 找到 delivery_note @note，条件 state == 'offered'
    当 同时执行 refuse
      | as   | on    | refusal_reason |
      | dian | @note | 缺人手         |
      | kong | @note | 缺人手         |
    那么 1 个成功，其余被拒绝，代码 record.moved
    而且 wang 看到 1 条 stock_level，条件 site_id == @central and reserved == 3
    当 liming 对 @order 执行 cancel
    那么 wang 看到 0 条 stock_level，条件 reserved > 0

  场景: 时限为零时门店无需接单
    假如 设置 stock.accept_minutes 为 0
    而且 liming 建立 sales_order @order
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 2          |
    而且 liming 对 @order 执行 submit
    那么 dian 看到 1 条 delivery_note，条件 state == 'ready' and site_id == @west

  场景: 线上下单，到店自提
    假如 bin 建立 stock_receipt @more
      | site_id            | @east |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 5     |
    而且 bin 对 @more 执行 post
    当 liming 调用 order.pickup_sites
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 4          |
    那么 答复的 stores.1.title 为 西湖店
    而且 答复的 stores.1.distance_metres 为 111
    而且 答复的 stores.1.reason 为 short
    而且 答复的 stores.2.title 为 城东店
    而且 答复的 stores.2.suffices 为 true
    当 系统建立 promotion @gift
      | name                  | 买四赠二 |
      | kind                  | gift     |
      | threshold_quantity    | 4        |
      | products.1.product_id | @pump    |
      | gifts.1.product_id    | @pump    |
      | gifts.1.quantity      | 2        |
    而且 liming 调用 order.pickup_sites
      | latitude           | 30.270000  |
      | longitude          | 120.130000 |
      | lines.1.product_id | @pump      |
      | lines.1.quantity   | 4          |
    那么 答复的 stores.2.reason 为 short
    当 liming 调用 order.price
      | pickup_site_id     | @east |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 4     |
    那么 答复的 sourcing.reason 为 short
    当 liming 调用 order.price
      | pickup_site_id     | @east |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    那么 答复的 sourcing.sites.1.title 为 城东店
    当 liming 建立 sales_order @order
      | pickup_site_id     | @east |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 liming 对 @order 执行 submit
    那么 wang 看到 @order 的 site_id 为 @east
    而且 wang 在 @order 的决定中读到 "到店自提：由此规则确定"
    当 bin 找到 delivery_note @note，条件 state == 'offered'
    那么 bin 看到 @note 的 pickup 为 true
    而且 bin 不能对 @note 执行 ship
    当 bin 对 @note 执行 accept
    那么 liming 看到 1 条 notice，条件 object_name == 'sales_order'
    当 bin 对 @note 执行 prepare
    而且 bin 找到 task @collect，条件 state == 'open'
    那么 bin 看到 @collect 的 title_zh 为 城东店 待交货：DN202603-0001
    而且 liming 看到 @note 的 state 为 to_collect
    而且 liming 看到 2 条 notice，条件 object_name == 'sales_order'
    而且 liming 看到 @order
      | state        | confirmed        |
      | public_state | pending_shipment |
    当 过去 1 天
    那么 bin 看到 @note 的 state 为 to_collect
    当 bin 对 @note 执行 hand_over
      | collector_name | 李明 |
    那么 liming 看到 @order
      | state        | shipped |
      | public_state | shipped |
    而且 wang 看到 1 条 stock_level，条件 site_id == @east and on_hand == 3 and reserved == 0
    而且 wang 看到 1 条 receivable，条件 sales_order_id == @order and amount == 2000.00

  场景: 自提不需要收货地址，送货才需要
    假如 bin 建立 stock_receipt @more
      | site_id            | @east |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 5     |
    而且 bin 对 @more 执行 post
    而且 系统对 @east 执行 update
      | division | 330102 |
    而且 系统建立 partner @bare
      | name                   | 杭州无址商贸有限公司 |
      | tier                   | gold                 |
      | credit_limit           | 50000.00             |
      | territories.1.division | 330000               |
    而且 系统对 @bare 执行 approve
    当 wang 建立 sales_order @sent
      | partner_id         | @bare |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 wang 对 @sent 执行 submit
    那么 被拒绝，代码 order.ship_to_missing，字段 address
    当 wang 建立 sales_order @fetched
      | partner_id         | @bare |
      | pickup_site_id     | @east |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 wang 对 @fetched 执行 submit
    那么 wang 看到 @fetched
      | state    | confirmed |
      | site_id  | @east     |
      | division |           |
      | address  |           |
    当 系统建立 partner @far
      | name                   | 上海无址商贸有限公司 |
      | tier                   | gold                 |
      | credit_limit           | 50000.00             |
      | territories.1.division | 310000               |
    而且 系统对 @far 执行 approve
    而且 wang 建立 sales_order @outside
      | partner_id         | @far  |
      | pickup_site_id     | @east |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    而且 wang 对 @outside 执行 submit
    那么 被拒绝，代码 partner.outside_division

  场景: 自提门店缺货或拒单，不悄悄换店
    假如 liming 建立 sales_order @order
      | pickup_site_id     | @west |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 4     |
    而且 liming 对 @order 执行 submit
    那么 被拒绝，代码 stock.short，字段 lines
    当 liming 建立 sales_order @less
      | pickup_site_id     | @west |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 2     |
    而且 liming 对 @less 执行 submit
    而且 dian 找到 delivery_note @note，条件 state == 'offered'
    而且 kong 建立 stock_receipt @goods
      | site_id            | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 20       |
    而且 kong 对 @goods 执行 post
    而且 dian 对 @note 执行 refuse
      | refusal_reason | 样机已损坏 |
    那么 wang 看到 @less
      | state   | confirmed |
      | site_id | @west     |
    而且 wang 看到 0 条 stock_level，条件 reserved > 0
    而且 kong 看到 1 条 task，条件 state == 'open' and role_name == 'warehouse_clerk'
    # 退回的单在原门店不排队，后来的单照常算交期。
    当 kong 建立 incoming_supply @next
      | site_id     | @west   |
      | product_id  | @pump   |
      | quantity    | 1       |
      | expected_on | today+5 |
    而且 liming 建立 sales_order @later
      | when_short         | later |
      | pickup_site_id     | @west |
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 4     |
    而且 liming 对 @later 执行 submit
    那么 liming 看到 @later 的 lines.1.promised_on 为 today+5
    当 liming 对 @later 执行 cancel
    当 过去 1 小时
    而且 kong 找到 delivery_note @waits，条件 state == 'waiting'
    而且 kong 对 @waits 执行 source_again
    那么 dian 看到 1 条 delivery_note，条件 state == 'offered' and site_id == @west and pickup
    当 liming 建立 sales_order @depot
      | pickup_site_id     | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 1        |
    而且 liming 对 @depot 执行 submit
    那么 被拒绝，代码 order.pickup_site，字段 pickup_site_id
    当 liming 调用 order.price
      | pickup_site_id     | @central |
      | lines.1.product_id | @pump    |
      | lines.1.quantity   | 1        |
    那么 被拒绝，代码 order.pickup_site，字段 pickup_site_id
