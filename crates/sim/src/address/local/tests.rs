//! Aliases of local(8), and where mail ends, as Postfix 3.7.11 delivers it.

use super::{Aliased, Place};
use crate::World;
use crate::testing::Setup;

const MAIN: &str = "compatibility_level = 3.6\nmyhostname = mx.own.example\nmydomain = own.example\n\
    myorigin = own.example\nmydestination = own.example, localhost\nvirtual_mailbox_domains = box.example\n\
    inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nalias_maps = texthash:/aliases\nrecipient_delimiter = +\n";

const ALIASES: &str = "root alice\nalice alice, bob@box.example\nprog \"|/bin/prog -x\"\nfile /var/mail/x, ~/y\n\
    list :include:/etc/list\nping pong\npong ping\nself self\nteam carol, dave+d@own.example, eve@gmail.com\n\
    owner-team boss\nout far@gmail.com\nvirt v@alias.example\nempty ;\nboth root, prog\n";

fn setup(main: &str, world: World) -> Setup {
    let master = "smtp inet n - n - - smtpd\nlocal unix - n n - - local\nrewrite unix - - n - - trivial-rewrite\n\
                  virtual unix - n n - - virtual\ncleanup unix n - n - 0 cleanup\n";
    Setup::with_master(&format!("{MAIN}{main}"), Some(master), &[("/aliases", ALIASES)], world)
}

fn ends(main: &str, recipient: &str) -> Vec<String> {
    let setup = setup(main, World::closed());
    let ends = setup.config().ends_of("a@b.example", recipient).unwrap();
    let shown = |place: &Place| match place {
        Place::Address(address, resolved) => format!("{address} {:?}", resolved.class),
        Place::Command(command) => format!("|{command}"),
        Place::File(file) => file.clone(),
        Place::Include(file) => format!(":include:{file}"),
        Place::Loop(address) => format!("loop {address}"),
        Place::Waits(address) => format!("waits {address}"),
        Place::TooMany => "more".to_owned(),
    };
    ends.iter().map(|end| format!("{}{}", shown(&end.place), if end.has_client_text { " t" } else { "" })).collect()
}

#[test]
fn aliases_are_followed_to_their_ends() {
    let of = |recipient: &str| ends("", recipient);
    assert_eq!(of("nobody@own.example"), ["nobody@own.example Local"]);
    assert_eq!(of("x@other.example"), ["x@other.example Default"]);
    assert_eq!(of("Root@own.example"), ["alice@own.example Local", "bob@box.example Virtual"]);
    assert_eq!(of("prog@own.example"), ["|/bin/prog -x"]);
    assert_eq!(of("file@own.example"), ["/var/mail/x", "~/y"]);
    assert_eq!(of("list@own.example"), [":include:/etc/list"]);
    assert_eq!(of("self@own.example"), ["self@own.example Local"]);
    assert_eq!(of("ping@own.example"), ["loop ping@own.example"]);
    assert_eq!(of("out@own.example"), ["far@gmail.com Default"]);
    assert_eq!(of("empty@own.example"), ["waits empty@own.example"]);
    assert_eq!(
        of("team@own.example"),
        ["carol@own.example Local", "dave+d@own.example Local", "eve@gmail.com Default"]
    );
    assert_eq!(of("both@own.example"), ["alice@own.example Local", "bob@box.example Virtual", "|/bin/prog -x"]);
}

#[test]
fn extensions_go_along_where_they_are_told_to() {
    assert_eq!(ends("", "out+x@own.example"), ["far@gmail.com Default"]);
    let propagates = "propagate_unmatched_extensions = canonical, virtual, alias\n";
    assert_eq!(ends(propagates, "out+x@own.example"), ["far+x@gmail.com Default t"]);
    assert_eq!(ends(propagates, "out+x/y@own.example"), ["far@gmail.com Default"], "a slash drops it");
}

#[test]
fn what_is_sent_on_goes_through_cleanup_again_without_copies() {
    let main = "virtual_alias_domains = alias.example\nalways_bcc = all@box.example\n\
                virtual_alias_maps = inline:{{v@alias.example = far@gmail.com, root@own.example}}\n";
    assert_eq!(
        ends(main, "virt@own.example"),
        ["far@gmail.com Default", "alice@own.example Local", "bob@box.example Virtual", "all@box.example Virtual"]
    );
    let around =
        "virtual_alias_domains = alias.example\nvirtual_alias_maps = inline:{v@alias.example=virt@own.example}\n";
    assert_eq!(ends(around, "virt@own.example"), ["loop virt@own.example"]);
}

#[test]
fn other_agents_do_not_ask_for_aliases() {
    assert_eq!(ends("local_transport = virtual\n", "root@own.example"), ["root@own.example Local"]);
    assert_eq!(ends("alias_maps = fail:x\n", "root@own.example"), ["waits root@own.example"]);
}

#[test]
fn aliases_that_were_not_given_are_missing() {
    let setup = setup("alias_maps = hash:/gone\n", World::open());
    let config = setup.config();
    let missing = config.local_alias("bob+x@own.example").unwrap_err();
    assert_eq!(&*missing.question, "hash:/gone:bob+x");
    let mut world = World::open();
    world.assumed.insert("hash:/gone:*".to_owned(), "none".to_owned());
    let setup = self::setup("alias_maps = hash:/gone\n", world);
    assert_eq!(setup.config().local_alias("bob+x@own.example"), Ok(Aliased::No));
}
