//! Entries of master.cf as written, and what the programs of Postfix demand.

use crate::Cx;
use postproof_model::Tree;
use postproof_syntax::master_cf::Service;

/// Every entry of every given master.cf, duplicates included.
pub(crate) fn services<'a>(cx: &Cx<'a>) -> impl Iterator<Item = &'a Service> + use<'a> {
    let trees = cx.model.parts.iter().filter_map(|part| match &part.tree {
        Tree::Master(parsed) => Some(&parsed.tree),
        Tree::Main(_) | Tree::Dovecot(_) | Tree::Table(_) | Tree::None => None,
    });
    trees.flat_map(|tree| tree.services())
}

/// What `-` in the private field means.
// master(5), SYNTAX
pub(crate) const PRIVATE_BY_DEFAULT: &str = "y";

/// The programs in the daemon directory of Postfix 3.4 to 3.12.
pub(crate) const DAEMONS: &[&str] = &[
    "anvil",
    "bounce",
    "cleanup",
    "discard",
    "dnsblog",
    "error",
    "flush",
    "lmtp",
    "local",
    "master",
    "nbdb_reindexd",
    "nqmgr",
    "oqmgr",
    "pickup",
    "pipe",
    "postlogd",
    "postscreen",
    "proxymap",
    "qmgr",
    "qmqpd",
    "scache",
    "showq",
    "smtp",
    "smtpd",
    "spawn",
    "tlsmgr",
    "tlsproxy",
    "trivial-rewrite",
    "verify",
    "virtual",
];

/// Programs that stop at any argument that is no option: «unexpected
/// command-line argument» in the service routine of each.
pub(crate) const STRICT_DAEMONS: &[&str] = &[
    "anvil",
    "cleanup",
    "local",
    "lmtp",
    "pickup",
    "qmgr",
    "qmqpd",
    "scache",
    "smtp",
    "smtpd",
    "tlsmgr",
    "trivial-rewrite",
    "virtual",
];

/// Programs that run alone: CA_MAIL_SERVER_SOLITARY in the source of each.
pub(crate) const LIMIT_ONE: &[&str] = &[
    "anvil",
    "nbdb_reindexd",
    "nqmgr",
    "oqmgr",
    "pickup",
    "postlogd",
    "postscreen",
    "qmgr",
    "scache",
    "tlsmgr",
    "verify",
];

/// Programs without a limit: CA_MAIL_SERVER_UNLIMITED.
pub(crate) const LIMIT_ZERO: &[&str] = &["bounce", "cleanup", "dnsblog", "flush", "tlsproxy"];

/// Programs that need the rights of root: CA_MAIL_SERVER_PRIVILEGED.
pub(crate) const PRIVILEGED: &[&str] = &["local", "nbdb_reindexd", "pipe", "spawn", "virtual"];
