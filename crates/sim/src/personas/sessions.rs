//! The sessions, one by one.

use super::Wanted;
use super::cast::{Cast, Home};
use crate::{Client, NameStatus, Session};
use postproof_diag::Text;

/// A session, and what should come of it.
pub(super) struct Planned {
    pub(super) key: &'static str,
    pub(super) wanted: Wanted,
    pub(super) title: Text,
    pub(super) session: Session,
}

/// The first question of everybody.
pub(super) fn stranger(cast: &Cast) -> Planned {
    Planned {
        key: "stranger-elsewhere",
        wanted: Wanted::Refused,
        title: Text::fixed("a stranger asks to relay to another domain", "외부인이 다른 도메인으로 중계를 요청"),
        session: cast.stranger(&cast.foreign_sender, &cast.elsewhere),
    }
}

/// The others, most telling first.
pub(super) fn others(cast: &Cast) -> Vec<Planned> {
    let mut planned: Vec<Planned> = Vec::new();
    let mut add = |key, wanted, title, session| planned.push(Planned { key, wanted, title, session });
    if let Some(home) = &cast.home {
        to_home(cast, home, &mut add);
    }
    if let Some(address) = cast.network {
        add(
            "network-elsewhere",
            Wanted::Accepted,
            Text::fixed(
                "a client of `mynetworks` sends to another domain",
                "`mynetworks` 안의 클라이언트가 다른 도메인으로 발송",
            ),
            Session {
                client: Client { address, name: None, reverse_name: None, name_status: NameStatus::Permanent },
                ..cast.stranger(&cast.own_sender(), &cast.elsewhere)
            },
        );
    }
    if cast.has_logins {
        by_login(cast, &mut add);
    }
    planned
}

type Add<'a> = dyn FnMut(&'static str, Wanted, Text, Session) + 'a;

/// Mail to the server's own domains.
fn to_home(cast: &Cast, home: &Home, add: &mut Add<'_>) {
    add(
        "stranger-home",
        // A submission service is for users alone.
        if cast.is_submission { Wanted::Refused } else { Wanted::Accepted },
        Text::fixed("a stranger writes to a user of yours", "외부인이 이 서버의 사용자에게 발송"),
        cast.stranger(&cast.foreign_sender, &home.known),
    );
    add(
        "bounce-home",
        if cast.is_submission { Wanted::Refused } else { Wanted::Accepted },
        Text::fixed(
            "a bounce (empty sender) comes to a user of yours",
            "반송 메일(빈 발신자)이 이 서버의 사용자에게 도착",
        ),
        cast.stranger("", &home.known),
    );
    add(
        "forged-home",
        Wanted::Either,
        Text::fixed(
            "a stranger uses an address of your domain as sender",
            "외부인이 이 서버 도메인의 주소를 발신자로 사용",
        ),
        cast.stranger(&cast.own_sender(), &home.known),
    );
    add(
        "unknown-user",
        Wanted::Refused,
        Text::fixed("a stranger writes to a user that does not exist", "외부인이 없는 사용자에게 발송"),
        cast.stranger(&cast.foreign_sender, &home.unknown),
    );
    let elsewhere = cast.elsewhere.replace('@', "%");
    add(
        "routed-elsewhere",
        Wanted::Refused,
        Text::fixed(
            "a stranger asks to relay through an address of yours (`user%domain@`)",
            "외부인이 이 서버의 주소를 거쳐(`user%domain@`) 중계를 요청",
        ),
        cast.stranger(&cast.foreign_sender, &format!("{elsewhere}@{}", home.domain)),
    );
    add(
        "no-helo",
        Wanted::Either,
        Text::fixed("a client skips HELO", "HELO를 보내지 않는 클라이언트"),
        Session { helo: None, ..cast.stranger(&cast.foreign_sender, &home.known) },
    );
    add(
        "own-helo",
        Wanted::Either,
        Text::fixed("a stranger greets with your own name", "외부인이 이 서버의 이름으로 HELO 인사"),
        Session { helo: Some(cast.hostname.clone()), ..cast.stranger(&cast.foreign_sender, &home.known) },
    );
    let nameless = cast.stranger(&cast.foreign_sender, &home.known);
    add(
        "no-reverse-name",
        Wanted::Either,
        Text::fixed("a client whose address has no name", "IP 주소에 역방향 이름이 없는 클라이언트"),
        Session {
            client: Client { name: None, reverse_name: None, name_status: NameStatus::Permanent, ..nameless.client },
            ..nameless
        },
    );
}

/// Users who log in.
fn by_login(cast: &Cast, add: &mut Add<'_>) {
    let with_tls =
        Session { tls: true, login: Some(cast.login.clone()), ..cast.stranger(&cast.login_sender, &cast.elsewhere) };
    add(
        "login-elsewhere",
        Wanted::Accepted,
        Text::fixed("a logged-in user sends to another domain", "로그인한 사용자가 다른 도메인으로 발송"),
        with_tls.clone(),
    );
    add(
        "login-foreign-sender",
        Wanted::Either,
        Text::fixed("a logged-in user sends with somebody else's address", "로그인한 사용자가 남의 주소로 발송"),
        Session { sender: Some(cast.foreign_sender.clone()), ..with_tls.clone() },
    );
    add(
        "login-without-tls",
        Wanted::Refused,
        Text::fixed(
            "a user logs in without TLS and sends to another domain",
            "사용자가 TLS 없이 로그인하여 다른 도메인으로 발송",
        ),
        Session { tls: false, ..with_tls },
    );
}
