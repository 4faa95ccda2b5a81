//! Typed records of the pack `core`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Id, Instant};
use qudao_kernel::typed_records;

typed_records! {
    /// 接口密钥 API key.
    ApiKey = "api_key" {
        /// 名称 Name.
        name: String,
        /// 代表用户 Acts as.
        user_id: Id,
        /// 权限 Scope.
        scope: String,
        /// 失效时间 Expires at.
        expires_at: Option<Instant>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 通知 Notice.
    Notice = "notice" {
        /// 内容（中文） Text (Chinese).
        title_zh: String,
        /// 内容（英文） Text (English).
        title_en: String,
        /// 对象 Object.
        object_name: Option<String>,
        /// 记录 Record.
        record_id: Option<String>,
        /// 收件角色 For the role.
        role_name: Option<String>,
        /// 收件人 For the user.
        user_id: Option<Id>,
        /// 收件组织 For the organisation.
        organisation_id: Option<Id>,
        /// 已读时间 Read at.
        read_at: Option<Instant>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 我的视图 Saved view.
    SavedView = "saved_view" {
        /// 名称 Name.
        name: String,
        /// 对象 Object.
        object_name: String,
        /// 设置 Settings.
        settings: Option<serde_json::Value>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 待办 To-do.
    Task = "task" {
        /// 状态 State.
        state: String,
        /// 事项（中文） What (Chinese).
        title_zh: String,
        /// 事项（英文） What (English).
        title_en: String,
        /// 对象 Object.
        object_name: Option<String>,
        /// 记录 Record.
        record_id: Option<String>,
        /// 处理角色 For the role.
        role_name: Option<String>,
        /// 处理人 For the user.
        user_id: Option<Id>,
        /// 处理组织 For the organisation.
        organisation_id: Option<Id>,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 用户 User.
    User = "user" {
        /// 姓名 Name.
        name: String,
        /// 登录名 Sign-in name.
        login: String,
        /// 邮箱 E-mail.
        email: Option<String>,
        /// 电话 Phone.
        phone: Option<String>,
        /// 语言 Language.
        locale: String,
        /// 所属组织 Organisation.
        organisation_id: Option<Id>,
        /// 启用 Active.
        active: bool,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
    /// 用户角色 User role.
    UserRole = "user_role" {
        /// 用户 User.
        user_id: Id,
        /// 角色 Role.
        role_name: String,
        /// 创建时间 Created at.
        created_at: Instant,
        /// 创建人 Created by.
        created_by: Option<Id>,
        /// 更新时间 Updated at.
        updated_at: Instant,
        /// 更新人 Updated by.
        updated_by: Option<Id>,
    }
}
