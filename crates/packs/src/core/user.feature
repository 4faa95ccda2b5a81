# language: zh-CN
功能: 用户

  背景:
    假如 有用户
      | login | roles           | organisation |
      | wang  | channel_manager |              |

  场景: 改密码须知道当前密码，本次登录继续有效
    当 wang 调用 user.set_password
      | password | 第一个足够长的密码短语一二三 |
    那么 wang 看到 0 条 partner
    当 wang 调用 user.set_password
      | password | 第二个足够长的密码短语一二三 |
    那么 被拒绝，代码 password.current_wrong，字段 current_password
    当 wang 调用 user.set_password
      | password         | 第二个足够长的密码短语一二三 |
      | current_password | 猜的                   |
    那么 被拒绝，代码 password.current_wrong，字段 current_password
    当 wang 调用 user.set_password
      | password         | 第二个足够长的密码短语一二三 |
      | current_password | 第一个足够长的密码短语一二三 |
    那么 wang 看到 0 条 partner
