//! What the ledger says.

use postproof_diag::{Text, text};

/// The comment over the defaults that are written out.
pub(super) const DEFAULTS_COMMENT: &str = "# Defaults of 2.3 that 2.4 has changed:";

pub(super) fn kept() -> Text {
    Text::fixed("2.4 takes the line as it is", "2.4가 이 줄을 그대로 받아들입니다")
}

pub(super) fn end() -> Text {
    Text::fixed("it ends its section", "섹션을 끝냅니다")
}

pub(super) fn renamed(new: &str) -> Text {
    text!("2.4 calls it `{new}`", "2.4에서는 `{new}` 이름을 씁니다")
}

pub(super) fn value_form(new: &str) -> Text {
    text!("`{new}` takes its value in another form", "`{new}` 설정이 값을 다른 형식으로 받습니다")
}

pub(super) fn moved_out(new: &str) -> Text {
    text!(
        "2.4 has no `plugin` section; `{new}` stands by itself",
        "2.4에는 `plugin` 섹션이 없으며 `{new}` 설정이 따로 섭니다"
    )
}

pub(super) fn named(header: &str) -> Text {
    text!("2.4 demands a name: `{header}`", "2.4는 이름을 요구합니다: `{header}`")
}

pub(super) fn section_renamed(new: &str) -> Text {
    text!("the section is `{new}` in 2.4", "2.4에서 이 섹션은 `{new}` 입니다")
}

pub(super) fn plugin_start() -> Text {
    Text::fixed(
        "2.4 has no `plugin` section; what stood in it follows by itself",
        "2.4에는 `plugin` 섹션이 없으며 그 안에 있던 것이 따로 이어집니다",
    )
}

pub(super) fn plugin_end() -> Text {
    Text::fixed("it ended a section that 2.4 does not have", "2.4에 없는 섹션의 끝이었습니다")
}

pub(super) fn auth_block() -> Text {
    Text::fixed(
        "2.3 took the old `auth` section apart itself; its settings stand by themselves",
        "2.3은 옛 `auth` 섹션을 스스로 풀었으며 그 설정은 따로 섭니다",
    )
}

pub(super) fn socket_block() -> Text {
    Text::fixed(
        "an old form of `service auth { unix_listener }` that only 2.3 still took",
        "2.3까지만 받아들인 `service auth { unix_listener }` 옛 형식입니다",
    )
}

pub(super) fn service_gone(name: &str) -> Text {
    text!("2.4 has no `{name}` service", "2.4에는 `{name}` 서비스가 없습니다")
}

pub(super) fn junk() -> Text {
    Text::fixed(
        "2.3 does not read the line as a setting, section or include",
        "2.3은 이 줄을 설정, 섹션, include 어느 것으로도 읽지 않습니다",
    )
}

pub(super) fn inlined() -> Text {
    Text::fixed("the files that it names stand in its place", "이 줄이 가리키는 파일의 내용이 그 자리에 들어갔습니다")
}

/// Of an include without a file: kept as it is, or a question.
pub(super) fn unread_include(pattern: &str, optional: bool) -> (Text, Option<Text>) {
    // Packages bring these files in the form of the version that is installed.
    if pattern.starts_with("/usr/share/dovecot/") || pattern.starts_with("/usr/lib/dovecot/") {
        return (
            Text::fixed("the package brings the file for each version", "패키지가 버전마다 이 파일을 함께 제공합니다"),
            None,
        );
    }
    if optional && !pattern.contains(['*', '?', '[']) {
        let reason = text!(
            "no `{pattern}` was given; where there is none, 2.4 passes the line over, and one that is there has to be carried to 2.4 as well",
            "`{pattern}` 파일이 주어지지 않았습니다. 파일이 없으면 2.4는 이 줄을 건너뛰며, 있으면 그 파일도 2.4로 옮겨야 합니다"
        );
        return (reason, None);
    }
    let reason = text!("no file for `{pattern}` was given", "`{pattern}` 패턴에 맞는 파일이 주어지지 않았습니다");
    let question = text!(
        "what stands in `{pattern}`? It has to be carried to 2.4 as well",
        "`{pattern}` 파일에는 무엇이 있습니까? 그 파일도 2.4로 옮겨야 합니다"
    );
    (reason, Some(question))
}

pub(super) fn not_reached() -> Text {
    Text::fixed("no line of the given configuration leads to it", "주어진 설정의 어떤 줄도 여기에 이르지 않습니다")
}

pub(super) fn no_counterpart(name: &str) -> Text {
    text!("2.4 has no counterpart of `{name}`", "2.4에는 `{name}` 항목에 대응하는 것이 없습니다")
}

pub(super) fn was_default(name: &str) -> Text {
    text!("`{name}` had no effect with this value", "이 값으로는 `{name}` 항목이 효과가 없었습니다")
}

pub(super) fn plugin_gone(name: &str) -> Text {
    text!("2.4 has no `{name}` plugin", "2.4에는 `{name}` 플러그인이 없습니다")
}

pub(super) fn plugin_strange(name: &str) -> Text {
    text!(
        "is there a build of the `{name}` plugin for 2.4? It does not come with Dovecot",
        "2.4용 `{name}` 플러그인이 있습니까? Dovecot에 포함된 플러그인이 아닙니다"
    )
}

pub(super) fn unknown_plugin(name: &str) -> Text {
    text!(
        "which plugin reads `{name}`, and what does its version for 2.4 call it?",
        "`{name}` 항목은 어느 플러그인이 읽으며, 그 2.4 버전에서는 이름이 무엇입니까?"
    )
}

pub(super) fn unknown_setting(name: &str) -> Text {
    text!(
        "neither version knows `{name}`; which module does it belong to?",
        "두 버전 모두 `{name}` 항목을 모릅니다. 어느 모듈의 설정입니까?"
    )
}

pub(super) fn driver_gone(which: &str, driver: &str) -> Text {
    if driver.is_empty() {
        return text!("the `{which}` has no driver", "이 `{which}` 섹션에 드라이버가 없습니다");
    }
    text!("2.4 has no `{which}` driver `{driver}`", "2.4에는 `{driver}` 라는 `{which}` 드라이버가 없습니다")
}

pub(super) fn driver_question(which: &str, driver: &str) -> Text {
    text!(
        "which `{which}` of 2.4 takes the place of `{driver}`? pam, passwd, sql, ldap and lua are possible",
        "2.4의 어느 `{which}` 드라이버가 `{driver}` 드라이버를 대신합니까? pam, passwd, sql, ldap, lua 중에서 고를 수 있습니다"
    )
}

pub(super) fn give_file(path: &str) -> Text {
    text!(
        "what stands in `{path}`? 2.4 wants its settings in the configuration itself; give the file too",
        "`{path}` 파일에는 무엇이 있습니까? 2.4는 그 설정을 구성 파일 안에 둡니다. 파일도 함께 주십시오"
    )
}

pub(super) fn from_external(which: &str, driver: &str) -> Text {
    text!(
        "2.4 has no external files of `{driver}`; the line moved to the `{which}` that used the file",
        "2.4에는 `{driver}` 외부 파일이 없으며 이 줄은 그 파일을 쓰던 `{which}` 섹션으로 옮겼습니다"
    )
}

pub(super) fn args_split(driver: &str) -> Text {
    text!(
        "2.4 has a setting for each word of `{driver}`'s `args`",
        "2.4에는 `{driver}` 드라이버의 `args` 낱말마다 설정이 따로 있습니다"
    )
}

pub(super) fn args_question(name: &str) -> Text {
    text!(
        "what do these options of `{name}` have to be in 2.4?",
        "`{name}` 항목의 이 옵션은 2.4에서 무엇이어야 합니까?"
    )
}

pub(super) fn cassandra() -> Text {
    Text::fixed(
        "which hosts, keyspace and consistency does Cassandra have? 2.4 wants them in `cassandra { }`",
        "Cassandra의 호스트, keyspace, 일관성 수준은 무엇입니까? 2.4는 `cassandra { }` 섹션에 둡니다",
    )
}

pub(super) fn query_field(field: &str) -> Text {
    text!(
        "2.4 does not read the field `{field}`; can the query return `mail_driver` and `mail_path`, or `quota_storage_size`, in its place?",
        "2.4는 `{field}` 필드를 읽지 않습니다. 그 대신 `mail_driver`, `mail_path` 또는 `quota_storage_size` 필드를 돌려주게 쿼리를 바꿀 수 있습니까?"
    )
}

pub(super) fn location_split() -> Text {
    Text::fixed("2.4 has a setting for each part of a location", "2.4에는 위치의 부분마다 설정이 따로 있습니다")
}

pub(super) fn location_part(part: &str) -> Text {
    text!("what does `{part}` in the location mean?", "위치에 있는 `{part}` 부분은 무슨 뜻입니까?")
}

pub(super) fn list_reference(name: &str) -> Text {
    text!(
        "which words does `{name}` get from the other setting? 2.4 can't put one list into another",
        "`{name}` 설정은 다른 설정에서 어떤 낱말을 가져옵니까? 2.4는 목록을 다른 목록에 넣지 못합니다"
    )
}

pub(super) fn dict_block(name: &str) -> Text {
    text!(
        "2.4 writes the dictionary of `{name}` as a `dict` block",
        "2.4는 `{name}` 항목의 dict를 `dict` 블록으로 씁니다"
    )
}

pub(super) fn dict_question(driver: &str) -> Text {
    text!(
        "which dictionary of 2.4 takes the place of `{driver}`?",
        "2.4의 어느 dict가 `{driver}` 드라이버를 대신합니까?"
    )
}

pub(super) fn quota_root(header: &str) -> Text {
    text!("quotas stand in `{header}` in 2.4", "2.4에서 할당량은 `{header}` 안에 둡니다")
}

pub(super) fn quota_dict() -> Text {
    Text::fixed(
        "does anything still read the usage in the dictionary? 2.4 counts by itself, and writes there only with the quota_clone plugin and `quota_clone { dict }`",
        "dict에 있는 사용량을 읽는 것이 아직 있습니까? 2.4는 스스로 세며, quota_clone 플러그인과 `quota_clone { dict }` 설정이 있을 때만 그곳에 씁니다",
    )
}

pub(super) fn quota_driver(driver: &str) -> Text {
    text!(
        "which quota driver of 2.4 takes the place of `{driver}`?",
        "2.4의 어느 할당량 드라이버가 `{driver}` 드라이버를 대신합니까?"
    )
}

pub(super) fn quota_option(option: &str) -> Text {
    text!(
        "what has `{option}` to be in 2.4? Quotas of one namespace stand in that namespace",
        "`{option}` 옵션은 2.4에서 무엇이어야 합니까? 한 네임스페이스의 할당량은 그 네임스페이스 안에 둡니다"
    )
}

pub(super) fn quota_rule_form() -> Text {
    Text::fixed("which limit does the rule set?", "이 규칙은 어떤 한도를 정합니까?")
}

pub(super) fn quota_warning_form() -> Text {
    Text::fixed("at which limit does the warning run, and what?", "이 경고는 어떤 한도에서 무엇을 실행합니까?")
}

pub(super) fn quota_grace(value: &str) -> Text {
    text!(
        "how many bytes are `{value}`? `quota_storage_grace` takes a size; without a line it is 10 MB",
        "`{value}` 값은 몇 바이트입니까? `quota_storage_grace` 설정은 크기를 받으며 줄이 없으면 10 MB입니다"
    )
}

pub(super) fn acl_file(path: &str) -> Text {
    text!(
        "which rights does the global ACL `{path}` give? 2.4 wants them as `acl` blocks within `mailbox` blocks",
        "전역 ACL `{path}` 파일은 어떤 권한을 줍니까? 2.4는 이를 `mailbox` 블록 안의 `acl` 블록으로 둡니다"
    )
}

pub(super) fn sieve_script(name: &str) -> Text {
    text!(
        "2.4 has a section for each script: `sieve_script {name}`",
        "2.4에는 스크립트마다 섹션이 있습니다: `sieve_script {name}`"
    )
}

pub(super) fn sieve_driver(driver: &str) -> Text {
    text!(
        "which settings of `sieve_script` does the driver `{driver}` need here?",
        "여기에서 `{driver}` 드라이버에는 `sieve_script`의 어떤 설정이 필요합니까?"
    )
}

pub(super) fn imapsieve_form() -> Text {
    Text::fixed("which mailbox and script does the line belong to?", "이 줄은 어느 메일함과 스크립트에 속합니까?")
}

pub(super) fn imapsieve_nothing() -> Text {
    Text::fixed("there is no script with this number", "이 번호의 스크립트가 없습니다")
}

pub(super) fn fts_engine(name: &str) -> Text {
    text!(
        "2.4 brings solr and flatcurve; which of them, or which build of `{name}` for 2.4, takes its place?",
        "2.4에는 solr와 flatcurve가 있습니다. 둘 중 어느 것, 또는 어느 2.4용 `{name}` 빌드가 대신합니까?"
    )
}

pub(super) fn which_mailbox(what: &str) -> Text {
    text!(
        "which mailbox is `{what}`? 2.4 names it in a `mailbox` block",
        "`{what}` 값은 어느 메일함입니까? 2.4는 `mailbox` 블록에 그 이름을 적습니다"
    )
}

pub(super) fn per_mailbox(name: &str) -> Text {
    text!(
        "which mailboxes does `{name}` mean? 2.4 sets this within `mailbox` blocks",
        "`{name}` 항목은 어느 메일함을 뜻합니까? 2.4는 `mailbox` 블록 안에서 이를 정합니다"
    )
}

pub(super) fn came_later(since: &str) -> Text {
    text!("2.4 has it only from {since} on", "2.4에서는 {since} 릴리스부터 있습니다")
}

pub(super) fn misfit(name: &str) -> Text {
    text!(
        "which value should `{name}` have? 2.4 checks what 2.3 took unseen",
        "`{name}` 설정의 값은 무엇이어야 합니까? 2.3이 보지 않고 받던 값을 2.4는 검사합니다"
    )
}

pub(super) fn inverted(new: &str) -> Text {
    text!("2.4 asks the reverse: `{new}`", "2.4는 반대로 묻습니다: `{new}`")
}

pub(super) fn plaintext_with_tls() -> Text {
    Text::fixed(
        "`ssl = required` demands TLS for passwords all the same, and 2.4 refuses the two together",
        "`ssl = required` 설정이 있으면 어차피 비밀번호에 TLS를 요구하며 2.4는 둘을 함께 받아들이지 않습니다",
    )
}

pub(super) fn too_many_lines(limit: usize) -> Text {
    text!(
        "the includes add up to more than {limit} lines; what comes after is not written",
        "include를 모두 합하면 {limit}줄이 넘어 그 뒤는 쓰지 않았습니다"
    )
}

pub(super) fn no_protocols() -> Text {
    Text::fixed(
        "no line sets `protocols`: 2.3 as released turned on imap, pop3 and lmtp, and packages none; 2.4 turns on none. Which are wanted?",
        "`protocols` 설정이 없습니다. 2.3 원본은 imap, pop3, lmtp를 켰고 배포판 패키지는 켜지 않았으며, 2.4는 아무것도 켜지 않습니다. 어느 것이 필요합니까?",
    )
}

pub(super) fn mbox_locks() -> Text {
    Text::fixed(
        "no line sets `mbox_write_locks`: Debian's 2.3 took `fcntl dotlock`, 2.4 takes `dotlock fcntl`. Which order does the mail delivery use?",
        "`mbox_write_locks` 설정이 없습니다. Debian의 2.3은 `fcntl dotlock` 순서를, 2.4는 `dotlock fcntl` 순서를 씁니다. 메일 배달은 어느 순서를 씁니까?",
    )
}

pub(super) fn lmtp_port() -> Text {
    Text::fixed(
        "LMTP connections to other hosts go to port 24 in 2.4 where the passdb names no port",
        "2.4에서는 passdb가 포트를 정하지 않으면 다른 호스트로 가는 LMTP 연결이 24번 포트로 갑니다",
    )
}

pub(super) fn versions() -> Text {
    Text::fixed(
        "`dovecot_config_version = 2.4.0` keeps the defaults that are nearest to 2.3; `dovecot_storage_version = 2.3.0` keeps the files readable for a 2.3 server, and may be raised once there is no way back",
        "`dovecot_config_version = 2.4.0` 값은 2.3에 가장 가까운 기본값을 유지합니다. `dovecot_storage_version = 2.3.0` 값은 2.3 서버가 파일을 읽을 수 있게 하며, 되돌아갈 일이 없어지면 올려도 됩니다",
    )
}
