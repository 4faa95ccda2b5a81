# language: zh-CN
功能: 伙伴档案

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | zong  | sales_director  |              |

  场景: 建档、准入、暂停与终止
    当 wang 建立 partner @partner
      | name                   | 杭州澜禾工控设备有限公司 |
      | kind                   | distributor              |
      | tier                   | gold                     |
      | credit_code            | 91310110-666007217t      |
      | credit_limit           | 500000.00                |
      | payment_terms_days     | 45                       |
      | territories.1.division | 330000                   |
    那么 wang 看到 @partner
      | state                | applied            |
      | credit_code          | 91310110666007217T |
      | credit_code_doubtful | false              |
    当 wang 对 @partner 执行 approve
    那么 wang 看到 @partner 的 state 为 active
    而且 wang 在 @partner 的决定中读到 "准予合作"
    而且 wang 不能对 @partner 执行 terminate
    当 wang 对 @partner 执行 suspend
    那么 被拒绝，代码 field.required，字段 comment
    当 wang 对 @partner 执行 suspend
      | comment | 逾期 |
    而且 zong 对 @partner 执行 terminate
      | comment | 长期逾期 |
    那么 wang 看到 @partner 的 state 为 terminated

  场景: 校验位不符只作提示
    当 wang 建立 partner @pilot
      | name        | 厦门早期试点有限公司 |
      | credit_code | 91350211M00013FA1N   |
    那么 wang 看到 @pilot 的 credit_code_doubtful 为 true

  场景: 信用代码不能重复，上级不能成环
    当 wang 建立 partner @upper
      | name        | 上级公司           |
      | credit_code | 91310110666007217T |
    而且 wang 建立 partner @twin
      | name        | 重复公司             |
      | credit_code | 9131 0110 666007217T |
    那么 被拒绝，代码 partner.code_taken
    当 wang 建立 partner @lower
      | name      | 下级公司 |
      | parent_id | @upper   |
    而且 wang 修改 @upper
      | parent_id | @lower |
    那么 被拒绝，代码 partner.parent_loop，字段 parent_id

  场景: 授权区域不能为空也不能重复
    当 wang 建立 partner @twice
      | name                   | 重复区域公司 |
      | territories.1.division | 330000       |
      | territories.2.division | 330000       |
    那么 被拒绝，代码 partner.territory_twice

  场景: 直营店须有坐标
    当 wang 建立 partner @store
      | name | 西湖店    |
      | kind | own_store |
    那么 被拒绝，代码 partner.own_store_without_place，字段 latitude

  场景: 邀请伙伴用户，角色与门户相符
    假如 系统建立 partner @partner
      | name | 杭州澜禾工控设备有限公司 |
    当 wang 建立 user @sales
      | name              | 杜小满        |
      | login             | Lanhe-Sales   |
      | organisation_id   | @partner      |
      | roles.1.role_name | partner_sales |
    那么 wang 看到 @sales 的 login 为 lanhe-sales
    当 wang 调用 user.invite
      | user | @sales |
    那么 答复的 expires_in_days 为 7
    当 wang 建立 user @wrong
      | name              | 假冒          |
      | login             | fake-director |
      | organisation_id   | @partner      |
      | roles.1.role_name | sales_director |
    那么 被拒绝，代码 user.role_wrong_door
    当 wang 建立 user @staff
      | name              | 自己人          |
      | login             | new-director    |
      | roles.1.role_name | sales_director  |
    那么 被拒绝，代码 user.staff_by_administrator

  场景: 伙伴只看到自己和下级，看不到内部条件
    假如 系统建立 partner @upper
      | name           | 上级公司 |
      | discount_limit | 12       |
    而且 系统建立 partner @lower
      | name      | 下级公司 |
      | parent_id | @upper   |
    而且 系统建立 partner @other
      | name | 别家公司 |
    而且 有用户
      | login | roles         | organisation |
      | lao   | partner_owner | @upper       |
      | xiao  | partner_sales | @lower       |
    那么 lao 看到 2 条 partner
    而且 lao 看不到 @upper 的 discount_limit
    而且 lao 看不到 @other
    而且 xiao 看到 1 条 partner
    而且 xiao 看不到 @lower 的 credit_limit

  场景: 伙伴知道自己的渠道经理，别家的不知道
    当 zong 建立 partner @acme
      | name | 杭州云帆科技有限公司 |
    而且 wang 建立 partner @ours
      | name | 杭州澜禾工控设备有限公司 |
    假如 有用户
      | login  | roles         | organisation |
      | liming | partner_sales | @ours        |
      | zhao   | partner_owner | @acme        |
    当 liming 调用 partner.manager
    那么 答复的 name 为 wang
    而且 liming 看到 0 条 user，条件 login == 'wang'
    当 zhao 调用 partner.manager
    那么 答复的 name 为 zong
    当 zong 调用 partner.manager
    那么 被拒绝，代码 action.forbidden
