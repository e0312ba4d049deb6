//! What Postfix and Dovecot know: parameters, restrictions, lookup table
//! types, settings and versions. Facts only, no opinions.
//!
//! The data stand in `data/*.tsv` with their sources; `build.rs` checks every
//! row and turns them into sorted static slices.

mod dovecot;
mod master;
mod param;
mod restriction;
mod table_type;
mod version;

pub use dovecot::{Setting, SettingKind, setting, settings};
pub use master::{StockService, stock_services};
pub use param::{Default, Param, ParamKind, nearest_param, param, params};
pub use restriction::{Argument, Need, Outcome, Restriction, Verdict, nearest_restriction, restriction, restrictions};
pub use table_type::{TableType, table_type, table_types};
pub use version::{DOVECOT_VERSIONS, POSTFIX_VERSIONS, Version};
