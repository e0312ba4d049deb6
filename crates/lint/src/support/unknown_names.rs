//! Names that are no parameter, and why. cfg-unknown-parameter reports them;
//! cfg-unused-parameter those that a missing file may use.

use super::names::{Use, Uses, is_dumped, is_one_edit};
use crate::Cx;
use postproof_catalog::{Param, nearest_param, param};
use postproof_diag::Span;
use postproof_model::Presence;

/// Why a name is none.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// A later or an earlier release has it.
    OtherRelease(&'static Param),
    /// It is one letter away from a parameter.
    Typo(&'static Param),
    /// It belongs to a service that master.cf does not have.
    NoService,
    /// It is nothing.
    Unused,
}

/// What is wrong with a name, if it is not used and no file is missing that
/// could use it. A typo and a parameter of another release need no further
/// file; for the rest, see cfg-unused-parameter.
pub(crate) fn fault(cx: &Cx<'_>, uses: &Uses, name: &str, span: Span) -> Option<Fault> {
    let usage = uses.of_name(cx, name);
    if usage == Use::Known || is_template(name) {
        return None;
    }
    let version = cx.model.target.postfix.value;
    if let Some(other) = param(name) {
        return Some(Fault::OtherRelease(other));
    }
    if is_dumped(cx, span) {
        return None;
    }
    let near = nearest_param(name, version).filter(|near| is_one_edit(name, near.name) && !is_of_service(cx, name));
    if let Some(near) = near {
        return Some(Fault::Typo(near));
    }
    let given = cx.model.given;
    if given.main_cf != Presence::Whole || given.master_cf != Presence::Whole {
        return None;
    }
    Some(if usage == Use::OtherService { Fault::NoService } else { Fault::Unused })
}

/// Placeholders of templates that were not filled in.
pub(crate) fn is_template(name: &str) -> bool {
    !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Whether a name begins with that of a service rather than with a misspelt
/// `smtpd` or `smtp`: `smtps_client_restrictions` is used in master.cf.
fn is_of_service(cx: &Cx<'_>, name: &str) -> bool {
    let first = name.split('_').next().unwrap_or_default();
    let is_usual = ["smtps", "submission", "submissions"].contains(&first);
    is_usual || cx.model.services.iter().any(|service| service.name == first && param_prefix(first).is_none())
}

/// A parameter that begins with this word.
fn param_prefix(word: &str) -> Option<&'static Param> {
    let begins = |one: &&Param| one.name.strip_prefix(word).is_some_and(|rest| rest.starts_with('_'));
    postproof_catalog::params().iter().find(begins)
}
