# language: zh-CN
功能: 客户、线索与商机

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
    而且 系统建立 partner @first
      | name | 杭州澜禾工控设备有限公司 |
    而且 系统建立 partner @second
      | name | 宁波启衡机电有限公司 |
    而且 有用户
      | login  | roles         | organisation |
      | liming | partner_sales | @first       |
      | luoqi  | partner_sales | @second      |
    而且 系统建立 product @pump
      | code          | P1      |
      | name          | 离心泵  |
      | list_price    | 1000.00 |
      | standard_cost | 400.00  |
    而且 wang 建立 customer @customer
      | name       | 宁波海纳机械有限公司 |
      | sold_by    | partner              |
      | partner_id | @first               |

  场景: 阶段带赢率，明细定金额，赢单计入赢单率
    当 wang 建立 opportunity @won
      | name               | 泵房改造  |
      | customer_id        | @customer |
      | lines.1.product_id | @pump     |
      | lines.1.quantity   | 3         |
    那么 liming 看到 @won
      | amount          | 3000.00 |
      | probability     | 20      |
      | amount_weighted | 600.00  |
      | partner_id      | @first  |
    当 liming 对 @won 执行 propose
    那么 liming 看到 @won 的 probability 为 50
    当 liming 对 @won 执行 win
    那么 liming 看到 @won
      | probability | 100   |
      | closed_on   | today |
    当 wang 建立 opportunity @lost
      | name        | 备件      |
      | customer_id | @customer |
      | amount      | 500.00    |
    而且 wang 对 @lost 执行 lose
    那么 被拒绝，代码 field.required，字段 lost_reason
    当 wang 对 @lost 执行 lose
      | lost_reason | price |
    那么 wang 查得 opportunity 的 win_rate 为 50
    而且 wang 查得 opportunity 的 pipeline_count 为 0
    而且 luoqi 看不到 @won

  场景: 别家的客户不能立商机
    当 wang 建立 opportunity @wrong
      | name        | 抢单      |
      | customer_id | @customer |
      | partner_id  | @second   |
    那么 被拒绝，代码 opportunity.partner_mismatch，字段 partner_id

  场景: 客户换手，联系人随之换手
    当 wang 建立 contact @contact
      | customer_id | @customer |
      | name        | 毛知夏    |
    那么 liming 看到 1 条 contact
    当 wang 修改 @customer
      | partner_id | @second |
    那么 luoqi 看到 1 条 contact
    而且 liming 看到 0 条 contact

  场景: 线索确认后转为客户和商机
    当 wang 建立 lead @lead
      | company    | 苏州砚溪新材料有限公司 |
      | partner_id | @first                 |
      | amount     | 80000.00               |
    而且 wang 对 @lead 执行 qualify
    那么 被拒绝，代码 lead.contact_missing，字段 phone
    当 wang 修改 @lead
      | phone | 0512-66330201 |
    而且 wang 对 @lead 执行 qualify
    而且 wang 对 @lead 执行 convert
    那么 wang 看到 @lead 的 state 为 converted
    而且 liming 找到 opportunity @opportunity，条件 source == 'lead'
    而且 liming 看到 @opportunity 的 amount 为 80000.00
    而且 wang 查得 lead 的 lead_conversion_rate 为 100
