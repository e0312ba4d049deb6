//! What Postfix and Dovecot know: parameters, restrictions, lookup table
//! types, settings and versions. Facts only, no opinions.
//!
//! The data stand in `data/*.tsv` with their sources; `build.rs` checks every
//! row and turns them into sorted static slices.

mod dovecot;
mod dovecot_auth;
mod master;
mod near;
mod param;
mod restriction;
pub mod suffix;
mod table_type;
mod version;

pub use dovecot::{
    Section, SectionKind, ServiceSetting, Setting, SettingKind, dovecot_section, dovecot_sections, dovecot_service,
    dovecot_services, is_dovecot_section, nearest_setting, setting, settings, settings_named,
};
pub use dovecot_auth::{
    AuthDriver, Mechanism, PasswordScheme, SchemeStrength, dovecot_mechanism, dovecot_mechanisms, passdb_drivers,
    password_scheme, userdb_drivers,
};
pub use master::{StockService, debian_services, stock_services};
pub use param::{
    Default, ListKind, Param, ParamKind, ServicePattern, nearest_param, param, params, service_patterns,
    service_patterns_of,
};
pub use restriction::{Argument, Need, Outcome, Restriction, Verdict, nearest_restriction, restriction, restrictions};
pub use table_type::{ClientKey, TableType, client_key, client_keys, table_type, table_types};
pub use version::{DOVECOT_VERSIONS, POSTFIX_VERSIONS, Version};
