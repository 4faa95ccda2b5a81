//! The pack `core`: users, roles, notices, to-dos, API keys.

pub mod records;

use qudao_base::Result;
use qudao_kernel::Registry;

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("api_key.toml"),
            include_str!("notice.toml"),
            include_str!("task.toml"),
            include_str!("user.toml"),
            include_str!("user_role.toml"),
        ],
    )
}
