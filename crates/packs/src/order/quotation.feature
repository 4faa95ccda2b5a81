# language: zh-CN
功能: 报价单

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
    而且 系统建立 partner @yunfan
      | name                   | 杭州云帆科技有限公司 |
      | tier                   | gold                 |
      | credit_limit           | 50000.00             |
      | division               | 330106               |
      | territories.1.division | 330000               |
    而且 系统对 @yunfan 执行 approve
    而且 有用户
      | login  | roles         | organisation |
      | liming | partner_sales | @yunfan      |
    而且 系统建立 product @pump
      | code       | P1      |
      | name       | 离心泵  |
      | list_price | 1000.00 |
    而且 系统建立 customer @customer
      | name       | 宁波海纳机械有限公司 |
      | division   | 330200               |
      | address    | 宁波市鄞州区海晏路 1 号 |
      | sold_by    | partner              |
      | partner_id | @yunfan              |
    而且 系统建立 opportunity @deal
      | name               | 海纳泵站改造 |
      | customer_id        | @customer    |
      | partner_id         | @yunfan      |
      | lines.1.product_id | @pump        |
      | lines.1.quantity   | 3            |

  场景: 由商机一键报价，接受后成为订单并保持价格
    当 wang 建立 quotation @quote
      | opportunity_id   | @deal |
      | discount_percent | 2     |
    那么 wang 看到 @quote
      | partner_id   | @yunfan              |
      | customer_id  | @customer            |
      | ship_to_name | 宁波海纳机械有限公司 |
      | division     | 330200               |
      | total_amount | 2940.00              |
      | valid_until  | today+30             |
    当 wang 对 @quote 执行 send
    而且 wang 修改 @quote
      | comment | 改 |
    那么 被拒绝，代码 action.forbidden
    当 系统建立 price_rule @later
      | name        | 新政策 |
      | percent_off | 50     |
      | valid_from  | today+1 |
    而且 过去 2 天
    而且 liming 对 @quote 执行 accept
    那么 liming 看到 @quote 的 state 为 accepted
    当 liming 找到 sales_order @order，条件 quotation_id == @quote
    那么 liming 看到 @order
      | state            | draft     |
      | total_amount     | 2940.00   |
      | customer_id      | @customer |
      | discount_percent | 2         |

  场景: 报价的税率随报价成交，后来改税率不再影响
    假如 系统对 @pump 执行 update
      | tax_rate | 9 |
    当 wang 建立 quotation @quote
      | opportunity_id | @deal |
    那么 wang 看到 @quote
      | lines.1.tax_rate | 9      |
      | tax_amount       | 247.71 |
    当 wang 对 @quote 执行 send
    而且 系统对 @pump 执行 update
      | tax_rate | 13 |
    而且 liming 对 @quote 执行 accept
    而且 liming 找到 sales_order @order，条件 quotation_id == @quote
    那么 liming 看到 @order
      | lines.1.tax_rate | 9      |
      | tax_amount       | 247.71 |

  场景: 过期的报价不能接受
    当 wang 建立 quotation @quote
      | opportunity_id | @deal |
    而且 过去 31 天
    而且 wang 对 @quote 执行 accept
    那么 被拒绝，代码 order.quotation_expired

  场景: 产品涨价后，按报价成交；换了货就不是所报的价
    假如 wang 建立 quotation @quote
      | opportunity_id | @deal |
    而且 wang 对 @quote 执行 send
    当 系统对 @pump 执行 update
      | list_price | 2000.00 |
    而且 liming 对 @quote 执行 accept
    而且 liming 找到 sales_order @order，条件 quotation_id == @quote
    那么 liming 看到 @order 的 total_amount 为 3000.00
    当 liming 修改 @order
      | comment | 尽快 |
    那么 liming 看到 @order 的 total_amount 为 3000.00
    当 liming 修改 @order
      | lines.1.quantity | 9 |
    那么 被拒绝，代码 order.quoted_fixed，字段 lines
    当 过去 31 天
    而且 liming 对 @order 执行 submit
    那么 被拒绝，代码 order.quotation_expired

  场景: 厂商的草稿伙伴看不到，伙伴的草稿由厂商发出后才能接受
    当 wang 建立 quotation @drafted
      | opportunity_id   | @deal |
      | discount_percent | 30    |
    那么 liming 看不到 @drafted
    当 liming 建立 quotation @asked
      | lines.1.product_id | @pump |
      | lines.1.quantity   | 1     |
    那么 liming 不能对 @asked 执行 accept
    而且 liming 不能对 @asked 执行 send
    当 liming 对 @asked 执行 accept
    那么 被拒绝，代码 action.forbidden
    当 wang 对 @asked 执行 send
    而且 liming 对 @asked 执行 accept
    那么 liming 看到 @asked 的 state 为 accepted
    当 wang 对 @drafted 执行 send
    那么 liming 可以对 @drafted 执行 accept
