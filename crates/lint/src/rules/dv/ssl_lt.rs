//! A certificate or key named in the form of the other series.

use crate::{Cx, Group, Rule, Sink, docs};
use postproof_diag::{Edit, Fix, Safety, Severity, Span, Text, text};

pub(crate) static RULE: Rule = Rule {
    name: "dv-ssl-lt-missing",
    group: Group::Dv,
    severity: Severity::Error,
    since: "0.1.0",
    sources: &["Dovecot 2.3 manual, ssl_cert", "Dovecot 2.4 manual, ssl_server_cert_file"],
    docs: docs!("ssl_lt"),
    check,
};

const OLD: &[&str] =
    &["ssl_cert", "ssl_key", "ssl_ca", "ssl_alt_cert", "ssl_alt_key", "ssl_dh", "ssl_client_cert", "ssl_client_key"];

fn check(cx: &Cx<'_>, out: &mut Sink) {
    let Some(dovecot) = cx.dovecot() else { return };
    for setting in dovecot.all().flat_map(|block| block.settings().collect::<Vec<_>>()) {
        let (name, value) = (setting.name.as_str(), setting.value.as_str());
        let Some(place) = setting.value.span() else { continue };
        if !dovecot.is_new && OLD.contains(&name) && value.starts_with('/') && !value.contains('\n') {
            let found = out.report(&RULE, place, missing(name), WHY_MISSING);
            let at = Span::new(place.file, place.start, place.start);
            found.fix = Some(Fix {
                title: FIX_ADD,
                edits: vec![Edit { span: at, replacement: "<".to_owned() }],
                safety: Safety::Safe,
            });
            found.help = Some(text!("Write `{name} = <{value}`.", "`{name} = <{value}` 형식으로 쓰십시오."));
        } else if !dovecot.is_new && OLD.contains(&name) && value.trim_start_matches('<').trim().starts_with("./") {
            // config-parser.c, fix_relative_path
            out.report(&RULE, place, relative(name), WHY_RELATIVE).severity = Severity::Info;
        } else if dovecot.is_new && name.ends_with("_file") && name.contains("ssl") && setting.from_file {
            let path = value.trim_start_matches('<').trim();
            let found = out.report(&RULE, place, extra(name), WHY_EXTRA);
            found.help = Some(text!("Write `{name} = {path}`.", "`{name} = {path}` 형식으로 쓰십시오."));
        }
    }
}

fn missing(name: &str) -> Text {
    text!(
        "`{name}` takes the path itself for the certificate or key: `<` is missing",
        "`{name}` 설정에 `<` 문자가 없어 경로 자체를 인증서나 키로 받아들입니다"
    )
}

fn relative(name: &str) -> Text {
    text!(
        "the file of `{name}` is looked for in the directory of this configuration file",
        "`{name}` 파일을 이 설정 파일의 디렉터리에서 찾습니다"
    )
}

fn extra(name: &str) -> Text {
    text!(
        "`{name}` wants a path: with `<` the content of the file is taken for one",
        "`{name}` 설정은 경로를 요구하므로 `<` 문자를 쓰면 파일의 내용을 경로로 받아들입니다"
    )
}

const FIX_ADD: Text = Text::fixed("put `<` before the path", "경로 앞에 `<` 붙이기");
const WHY_MISSING: Text = Text::fixed(
    "doveconf takes the text, and no connection with TLS succeeds.",
    "doveconf는 이 글자를 그대로 받아들이고 TLS 연결은 하나도 성공하지 못합니다.",
);
const WHY_RELATIVE: Text = Text::fixed(
    "`./` is not where Dovecot was started; a variable that a script did not fill in leaves such a path behind.",
    "`./` 경로는 Dovecot을 시작한 곳이 아닙니다. 스크립트가 채우지 못한 변수가 이런 경로를 남기기도 합니다.",
);
const WHY_EXTRA: Text = Text::fixed(
    "Dovecot fails to open a file named by the content of the certificate: «File name too long».",
    "Dovecot이 인증서 내용을 이름으로 가진 파일을 열려다 «File name too long» 오류로 실패합니다.",
);
