//! The pack `core`: users with roles, API keys, notices and to-dos.
//!
//! Keeps true: see `user_rights`. Not here: settings, sessions and files, which the kernel keeps itself.

pub mod records;
mod user;
pub mod user_rights;

use qudao_base::Result;
use qudao_kernel::Registry;

use records::{ApiKey, Notice, User};

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("user.toml"),
            include_str!("user_role.toml"),
            include_str!("notice.toml"),
            include_str!("task.toml"),
            include_str!("api_key.toml"),
            include_str!("saved_view.toml"),
        ],
    )?;
    registry.before_save::<User>(user::prepare);
    registry.before_save::<ApiKey>(user::prepare_key);
    registry.before::<Notice>("mark_read", user::mark_read);
    registry.secret_function(
        "user.invite",
        &["administrator", "channel_manager", "partner_owner"],
        user::invite,
    );
    registry.password_function("user.set_password", &[], user::set_password);
    registry.secret_function("api_key.issue", &[], user::issue);
    registry.demo(include_str!("demo.toml"))
}
