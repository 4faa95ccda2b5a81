# language: zh-CN
功能: 通知

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |
      | admin | administrator   |              |
    而且 系统建立 partner @acme
      | name | 杭州云帆科技有限公司 |
    而且 有用户
      | login   | roles         | organisation |
      | liming  | partner_sales | @acme        |
      | luoqi   | partner_owner | @acme        |

  场景: 发给一家伙伴的通知，各人各读各的
    当 wang 对 @acme 执行 approve
    那么 liming 看到 1 条 notice，条件 read_at == null
    而且 luoqi 看到 1 条 notice，条件 read_at == null
    当 liming 找到 notice @mine，条件 read_at == null
    而且 liming 对 @mine 执行 mark_read
    那么 liming 看到 0 条 notice，条件 read_at == null
    而且 liming 看到 1 条 notice
    而且 luoqi 看到 1 条 notice，条件 read_at == null
    而且 luoqi 看不到 @mine

  场景: 管理员不能替别人读
    当 wang 对 @acme 执行 approve
    而且 luoqi 找到 notice @hers，条件 read_at == null
    那么 admin 不能对 @hers 执行 mark_read
    而且 luoqi 可以对 @hers 执行 mark_read
