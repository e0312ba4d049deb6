//! What each lookup table is asked for: the parameter or restriction that
//! names a table says what its keys are and what its results mean.

use crate::{LISTS, Model, Scope, Stage, TableRef, table_ref, words};
use postproof_catalog::{self as catalog, Argument};
use postproof_diag::SourceText;

/// One place that names a lookup table.
#[derive(Clone, Debug)]
pub struct TableUse {
    /// The parameter in whose value the table stands.
    pub param: String,
    /// The service whose `-o` option that is, else main.cf.
    pub scope: Scope,
    /// What the table is asked for.
    pub role: TableRole,
    /// The table.
    pub table: TableRef,
}

/// What a lookup table is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableRole {
    /// An access(5) table of a restriction such as `check_client_access`;
    /// nothing for a bare table in a restriction class, where the list that
    /// asks the class decides.
    Access(Option<&'static str>),
    /// `postscreen_access_list`.
    PostscreenAccess,
    /// virtual(5): `virtual_alias_maps`.
    VirtualAlias,
    /// canonical(5) and generic(5).
    Canonical,
    /// relocated(5).
    Relocated,
    /// transport(5).
    Transport,
    /// aliases(5).
    Aliases,
    /// `smtpd_sender_login_maps`.
    SenderLogin,
    /// A relay host or transport chosen by the sender.
    SenderRelay,
    /// header_checks(5) and its kin for headers.
    HeaderChecks,
    /// header_checks(5) for bodies.
    BodyChecks,
    /// Existence or mailboxes of recipients: `relay_recipient_maps`,
    /// `virtual_mailbox_maps`, `recipient_bcc_maps`.
    Recipients,
    /// Anything else.
    Other,
}

impl TableRole {
    /// The role of the tables that a parameter names, restriction lists and
    /// classes apart.
    // postconf(5), the entry of each parameter
    pub fn of_param(name: &str) -> TableRole {
        match name {
            "postscreen_access_list" => TableRole::PostscreenAccess,
            "virtual_alias_maps" => TableRole::VirtualAlias,
            "canonical_maps"
            | "sender_canonical_maps"
            | "recipient_canonical_maps"
            | "smtp_generic_maps"
            | "lmtp_generic_maps" => TableRole::Canonical,
            "relocated_maps" => TableRole::Relocated,
            "transport_maps" => TableRole::Transport,
            "alias_maps" | "alias_database" => TableRole::Aliases,
            "smtpd_sender_login_maps" => TableRole::SenderLogin,
            "sender_dependent_relayhost_maps" | "sender_dependent_default_transport_maps" => TableRole::SenderRelay,
            "local_recipient_maps"
            | "relay_recipient_maps"
            | "virtual_mailbox_maps"
            | "virtual_uid_maps"
            | "virtual_gid_maps"
            | "recipient_bcc_maps"
            | "sender_bcc_maps" => TableRole::Recipients,
            name if name.ends_with("header_checks") => TableRole::HeaderChecks,
            name if name.ends_with("body_checks") => TableRole::BodyChecks,
            _ => TableRole::Other,
        }
    }
}

impl Model {
    /// Every place of main.cf and master.cf that names a table; found once.
    pub fn table_uses(&self) -> &[TableUse] {
        self.uses.get_or_init(|| self.find_uses())
    }

    fn find_uses(&self) -> Vec<TableUse> {
        let mut found = Vec::new();
        for (name, written) in &self.main {
            self.uses_of(name, Scope::Main, &written.value, &mut found);
        }
        for service in &self.services {
            for option in &service.overrides {
                self.uses_of(&option.name, Scope::Service(service.id), &option.value, &mut found);
            }
        }
        found
    }

    fn uses_of(&self, param: &str, scope: Scope, value: &SourceText, found: &mut Vec<TableUse>) {
        if !value.as_str().contains([':', '$']) {
            return;
        }
        let text = self.expand(scope, value);
        let mut before: Option<SourceText> = None;
        for word in words(&text) {
            if let Some(table) = table_ref(&word.text) {
                let role = role(param, before.as_ref().map(SourceText::as_str));
                found.push(TableUse { param: param.to_owned(), scope, role, table });
            }
            before = Some(word.text);
        }
    }
}

fn role(param: &str, before: Option<&str>) -> TableRole {
    let restriction = before.and_then(catalog::restriction);
    if let Some(restriction) = restriction.filter(|one| one.argument == Argument::Table) {
        return TableRole::Access(Some(restriction.name));
    }
    if let Some((_, stage)) = LISTS.iter().find(|(name, _)| *name == param) {
        return TableRole::Access(implied_check(*stage));
    }
    // A parameter that Postfix does not have is a restriction class here.
    if catalog::param(param).is_none() && before.is_some_and(|word| catalog::restriction(word).is_some()) {
        return TableRole::Access(None);
    }
    TableRole::of_param(param)
}

/// Which check a bare `type:table` stands for (smtpd_check.c, the `def_acl`
/// argument of generic_checks).
pub(crate) fn implied_check(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Connect => Some("check_client_access"),
        Stage::Helo => Some("check_helo_access"),
        Stage::Mail => Some("check_sender_access"),
        Stage::Rcpt => Some("check_recipient_access"),
        Stage::Etrn => Some("check_etrn_access"),
        Stage::Data | Stage::EndOfData => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{TableRole, role};

    #[test]
    fn the_word_before_a_table_tells_what_it_is_asked_for() {
        let access = |name| TableRole::Access(Some(name));
        let list = "smtpd_recipient_restrictions";
        assert_eq!(role(list, Some("check_client_access")), access("check_client_access"));
        assert_eq!(role(list, Some("permit_mynetworks")), access("check_recipient_access"));
        assert_eq!(role("my_class", Some("check_sender_access")), access("check_sender_access"));
        assert_eq!(role("my_class", Some("permit_mynetworks")), TableRole::Access(None));
        assert_eq!(role("virtual_alias_maps", None), TableRole::VirtualAlias);
        assert_eq!(role("smtp_header_checks", None), TableRole::HeaderChecks);
        assert_eq!(role("mynetworks", None), TableRole::Other);
    }
}
