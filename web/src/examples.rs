//! Broken set-ups to learn from.

use postproof_engine::diag::Text;

/// One lesson.
pub(crate) struct Example {
    /// What it is about.
    pub title: Text,
    /// What to notice.
    pub notice: Text,
    /// The icon of its worst fault.
    pub icon: &'static str,
    /// The configuration.
    pub text: &'static str,
}

/// All, in the order shown.
pub(crate) static EXAMPLES: [Example; 10] = [
    Example {
        title: Text::fixed("A review that found all in order", "“모두 정상”이라던 검토 보고서"),
        notice: Text::fixed("Eight things it did not see", "정상이라던 서버에서 여덟 가지를 찾습니다"),
        icon: "fault",
        text: include_str!("../../tests/fixtures/review.ko.md"),
    },
    Example {
        title: Text::fixed("A trusted sender", "믿는 발신자"),
        notice: Text::fixed("Anyone can claim the address it trusts", "발신자 주소는 누구나 꾸밀 수 있습니다"),
        icon: "open",
        text: include_str!("../examples/trusted-sender.txt"),
    },
    Example {
        title: Text::fixed("Behind Docker's NAT", "Docker NAT 뒤의 서버"),
        notice: Text::fixed("Every client may look like 172.17.0.1", "모든 접속이 172.17.0.1로 보일 수 있습니다"),
        icon: "unknown",
        text: include_str!("../examples/docker-nat.txt"),
    },
    Example {
        title: Text::fixed("The whole world is my network", "온 세상이 내 네트워크"),
        notice: Text::fixed("One network too many in mynetworks", "mynetworks에 네트워크 하나가 더 있습니다"),
        icon: "open",
        text: include_str!("../examples/whole-world.txt"),
    },
    Example {
        title: Text::fixed("The ownership test that came too late", "너무 늦은 발신자 확인"),
        notice: Text::fixed("It stands after permit_sasl_authenticated", "permit_sasl_authenticated 뒤에 있습니다"),
        icon: "fault",
        text: include_str!("../examples/too-late.txt"),
    },
    Example {
        title: Text::fixed("Entries that nobody asks", "아무도 묻지 않는 항목"),
        notice: Text::fixed(
            "What stands after permit and reject is dead",
            "permit과 reject 뒤의 항목은 쓰이지 않습니다",
        ),
        icon: "fault",
        text: include_str!("../examples/dead-entries.txt"),
    },
    Example {
        title: Text::fixed("A guard that only warns", "경고만 하는 문지기"),
        notice: Text::fixed("warn_if_reject takes it out of service", "warn_if_reject가 막는 힘을 없앱니다"),
        icon: "fault",
        text: include_str!("../examples/only-a-warning.txt"),
    },
    Example {
        title: Text::fixed("One letter off", "글자 하나 차이"),
        notice: Text::fixed("Names that Postfix does not know", "Postfix가 모르는 이름들"),
        icon: "fault",
        text: include_str!("../examples/one-letter.txt"),
    },
    Example {
        title: Text::fixed("The way back from the filter", "필터에서 돌아오는 길"),
        notice: Text::fixed("A port for the filter that everybody can use", "필터용 포트를 누구나 쓸 수 있습니다"),
        icon: "open",
        text: include_str!("../examples/way-back.txt"),
    },
    Example {
        title: Text::fixed("Dovecot 2.3 before the upgrade", "올리기 전의 Dovecot 2.3"),
        notice: Text::fixed("See what becomes of each line in 2.4", "줄마다 2.4에서 어떻게 되는지 봅니다"),
        icon: "done",
        text: include_str!("../examples/to-2.4.txt"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Checked, Doc};

    #[test]
    fn each_lesson_has_something_to_find() {
        let first = [
            "tls-snakeoil",
            "relay-sender-allowlist",
            "relay-mynetworks-container-gateway",
            "relay-mynetworks-world",
            "chain-sender-login-after-permit",
            "chain-after-permit",
            "relay-warn-if-reject-guard",
            "cfg-unknown-parameter",
            "relay-mynetworks-world",
        ];
        for (example, rule) in EXAMPLES.iter().zip(first) {
            let checked = Checked::run(&[Doc::pasted(example.text)]);
            let found: Vec<_> = checked.report.diagnostics().map(|finding| finding.rule).collect();
            assert!(found.contains(&rule), "{}: {rule} is not in {found:?}", example.title.en);
        }
        // The last one is about the way to the next release.
        assert_eq!(EXAMPLES.len(), first.len() + 1);
        let checked = Checked::run(&[Doc::pasted(EXAMPLES[first.len()].text)]);
        assert!(checked.report.hosts.iter().any(crate::look::has_dovecot));
    }
}
