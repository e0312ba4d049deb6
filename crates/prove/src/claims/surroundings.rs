//! What stands before and behind a service, as notes of its proofs.

use super::Around;
use postproof_diag::{Text, text};
use postproof_model::Exposure;
use postproof_sim::{Config, Rewriting};

/// What was left out of account, and what the claims rest on.
pub(super) fn notes(config: &Config<'_>, around: &Around) -> Vec<Text> {
    let mut notes = Vec::new();
    notes.extend(around.anybody_logs_in.clone());
    let service = config.model.services.iter().find(|service| service.id == config.service);
    if service.is_some_and(|service| service.exposure == Exposure::Passed) {
        notes.push(Text::fixed(
            "clients come through postscreen, which can only refuse more; a witness must pass it first",
            "클라이언트는 postscreen을 거쳐 옵니다. postscreen은 더 거부하기만 하므로 반례 세션도 먼저 통과해야 합니다",
        ));
    }
    for unknown in config.rewriting_unknowns() {
        let (param, value) = (unknown.param, &unknown.value);
        notes.push(match unknown.kind {
            Rewriting::Milter => text!(
                "what the milters of `{param}` (`{value}`) do is not known: they can refuse, and they can add recipients and change the sender",
                "`{param}` 설정의 밀터(`{value}`)가 무엇을 하는지는 알 수 없습니다. 거부할 수도 있고 수신자를 더하거나 발신자를 바꿀 수도 있습니다"
            ),
            Rewriting::Checks => text!(
                "`{value}` in `{param}` may send a message elsewhere or copy it: to addresses that the table fixes",
                "`{param}` 설정의 `{value}` 항목은 메시지를 다른 곳으로 돌리거나 복사할 수 있습니다. 받는 주소는 테이블에 정해져 있습니다"
            ),
            Rewriting::ContentFilter | Rewriting::ProxyFilter => text!(
                "accepted mail goes through the filter of `{param}` (`{value}`); the service that takes it back is proved on its own",
                "받은 메일은 `{param}` 설정의 필터(`{value}`)를 거칩니다. 필터에서 메일을 돌려받는 서비스는 따로 증명합니다"
            ),
        });
    }
    notes
}
