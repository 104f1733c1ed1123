//! `bench deploy`: what ssh-deploy and rollback cost, each against what people use today.

pub(super) mod back;
pub(super) mod connect;
pub(super) mod image_memory;
