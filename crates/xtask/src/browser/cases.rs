//! What the page must do, one function each.

use super::webdriver::Key;
use super::{Page, pictures};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

type Case = fn(&Page) -> Result<()>;

/// Every case, in the order in which they run.
pub(super) const ALL: &[(&str, Case)] = &[
    ("starts_without_complaint", starts_without_complaint),
    ("review_gives_its_findings", review_gives_its_findings),
    ("review_gives_its_chain", review_gives_its_chain),
    ("a_typical_session_lights_another_path", a_typical_session_lights_another_path),
    ("a_typed_session_gets_its_reply", a_typed_session_gets_its_reply),
    ("a_closed_server_is_proven_closed", a_closed_server_is_proven_closed),
    ("the_old_dovecot_becomes_the_new_one", the_old_dovecot_becomes_the_new_one),
    ("language_switch_translates_everything_shown", language_switch_translates_everything_shown),
    ("nothing_is_requested_after_load", nothing_is_requested_after_load),
    ("policy_blocks_every_connection", policy_blocks_every_connection),
    ("empty_and_foreign_text_leave_the_page_working", empty_and_foreign_text_leave_the_page_working),
    ("keyboard_reaches_everything", keyboard_reaches_everything),
    ("keyboard_walks_the_findings", keyboard_walks_the_findings),
    ("narrow_window_needs_no_sideways_scrolling", narrow_window_needs_no_sideways_scrolling),
    ("pictures_of_every_view", pictures::take),
];

/// Rules that must speak about the review, whose author found everything in order.
const REVIEW_RULES: [&str; 7] = [
    "tls-snakeoil",
    "sasl-plaintext-without-tls",
    "chain-helo-not-required",
    "spoof-no-sender-ownership",
    "class-mydest-vmailbox",
    "sasl-broken-clients",
    "chain-trailing-permit",
];

fn starts_without_complaint(page: &Page) -> Result<()> {
    complaints(page)?;
    let stopped = "const card = document.querySelector('#stopped'); return !!card && !card.hidden";
    ensure!(page.browser.script(stopped, &[])? == Value::Bool(false), "the page says that it stopped");
    Ok(())
}

/// Fails when the browser's console has an error.
fn complaints(page: &Page) -> Result<()> {
    let severe = |entry: &Value| entry.get("level").and_then(Value::as_str) == Some("SEVERE");
    match page.browser.log("browser")?.into_iter().find(severe) {
        Some(entry) => bail!("the console has an error: {}", entry.get("message").unwrap_or(&entry)),
        None => Ok(()),
    }
}

fn review_gives_its_findings(page: &Page) -> Result<()> {
    page.paste_review()?;
    for rule in REVIEW_RULES {
        let expression = format!("document.querySelector('[data-test=findings] [data-rule={rule}]')");
        page.browser.wait(&expression).with_context(|| format!("`{rule}` is not among the findings"))?;
    }
    complaints(page)
}

fn review_gives_its_chain(page: &Page) -> Result<()> {
    page.paste_review()?;
    page.browser.click("[data-test=view-chain]")?;
    page.browser.wait("document.querySelector('[data-test=chain]')")?;
    let chain = page.shown("[data-test=chain]")?;
    for entry in ["reject_unauth_destination", "permit_sasl_authenticated", "reject_non_fqdn_sender"] {
        ensure!(chain.contains(entry), "the chain does not show `{entry}`");
    }
    Ok(())
}

fn a_typical_session_lights_another_path(page: &Page) -> Result<()> {
    page.paste_review()?;
    page.browser.click("[data-test=view-chain]")?;
    page.browser.wait("document.querySelector('[data-test=persona-stranger-elsewhere][aria-checked=true]')")?;
    let stranger = page.shown("[data-test=outcome]")?;
    let refused = "document.querySelector('[data-test=chain] [data-is=stop]')";
    page.browser.wait(refused).context("no entry refuses the stranger")?;
    page.browser.click("[data-test=persona-login-elsewhere]")?;
    page.browser.wait("document.querySelector('[data-test=persona-login-elsewhere][aria-checked=true]')")?;
    ensure!(page.shown("[data-test=outcome]")? != stranger, "the outcome stays that of the stranger");
    let permitted = "document.querySelector('[data-test=chain] [data-is=permit]')";
    page.browser.wait(permitted).context("no entry permits the user who is logged in")?;
    page.browser.wait(&format!("!{refused}")).context("an entry refuses the user who is logged in")?;
    page.browser.script("document.activeElement.blur()", &[])?;
    page.browser.press(Key::Char('1'))?;
    page.browser.wait("document.querySelector('[data-test=persona-stranger-elsewhere][aria-checked=true]')")?;
    ensure!(page.shown("[data-test=outcome]")? == stranger, "the key `1` does not lead back to the stranger");
    complaints(page)
}

/// A server that knows all of its users.
const SMALL: &str = "compatibility_level = 3.6\nmyhostname = mail.example.org\nmydestination = example.org\n\
    mynetworks = 127.0.0.0/8\nlocal_recipient_maps = inline:{kim=yes}\n\
    smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n";

fn a_typed_session_gets_its_reply(page: &Page) -> Result<()> {
    page.paste(SMALL)?;
    page.browser.wait("document.querySelector('[data-test=view-session]')")?;
    page.browser.click("[data-test=view-session]")?;
    page.browser.wait("document.querySelector('[data-test=wire]')")?;
    for (recipient, reply) in
        [("you@example.com", "554 5.7.1"), ("nobody@example.org", "550 5.1.1"), ("kim@example.org", "250 2.0.0")]
    {
        fill(page, "recipients", recipient)?;
        let expected = format!("document.querySelector('[data-test=wire] .last')?.innerText.includes('{reply}')");
        let wire = page.shown("[data-test=wire]")?;
        page.browser.wait(&expected).with_context(|| format!("{recipient} does not get {reply}: {wire}"))?;
        ensure!(page.shown("[data-test=wire]")?.contains(&format!("RCPT TO:<{recipient}>")), "{recipient} is not sent");
    }
    fill(page, "client", "nobody")?;
    page.browser
        .wait("!document.querySelector('[data-test=wire]')")
        .context("a session without an address is played")?;
    fill(page, "client", "192.0.2.9")?;
    page.browser.click("[data-test=typical]")?;
    page.browser.wait("document.querySelector('[data-test=try-client]').value === '203.0.113.9'")?;
    complaints(page)
}

/// Types into a field of the session.
fn fill(page: &Page, field: &str, text: &str) -> Result<()> {
    let type_in = "const field = document.querySelector(arguments[0]); field.focus(); \
         Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, arguments[1]); \
         field.dispatchEvent(new InputEvent('input', { bubbles: true }))";
    page.browser.script(type_in, &[format!("[data-test=try-{field}]").into(), text.into()]).map(drop)
}

fn a_closed_server_is_proven_closed(page: &Page) -> Result<()> {
    page.paste(SMALL)?;
    page.browser.wait("document.querySelector('[data-test=relay][data-state=proven]')")?;
    page.paste(&SMALL.replace("127.0.0.0/8", "0.0.0.0/0"))?;
    page.browser.wait("document.querySelector('[data-test=relay][data-state=open] [data-test=witness]')")?;
    page.browser.click("[data-test=relay] [data-test=witness]")?;
    page.browser.wait("document.querySelector('[data-test=wire] .last')?.innerText.includes('250 2.0.0')")?;
    complaints(page)
}

fn the_old_dovecot_becomes_the_new_one(page: &Page) -> Result<()> {
    page.paste(SMALL)?;
    page.browser.wait("document.querySelector('[data-test=view-session]')")?;
    page.browser.wait("!document.querySelector('[data-test=view-migrate]')").context("there is no Dovecot to carry")?;
    page.browser.script("document.querySelector('[data-test=examples]').click()", &[])?;
    let lesson = "[...document.querySelectorAll('.lesson')].find((one) => one.innerText.includes('Dovecot 2.3'))";
    page.browser.wait(lesson)?;
    page.browser.script(&format!("{lesson}.click()"), &[])?;
    page.browser.wait("document.querySelector('[data-test=view-migrate]')")?;
    page.browser.click("[data-test=view-migrate]")?;
    page.browser.wait("document.querySelector('[data-test=ledger] [data-kind=Renamed]')")?;
    let file = "return document.querySelector('[data-test=new-file]').textContent";
    let file = page.browser.text(file)?;
    for line in ["dovecot_config_version = 2.4.0", "auth_allow_cleartext = yes", "mail_driver = maildir"] {
        ensure!(file.contains(line), "the new file does not hold `{line}`");
    }
    page.browser.script(
        "window.made = []; const made = URL.createObjectURL; \
         URL.createObjectURL = (blob) => { blob.text().then((text) => window.made.push(text)); return made.call(URL, blob) }",
        &[],
    )?;
    page.browser.click("[data-test=download]")?;
    page.browser.wait("window.made.length === 1")?;
    ensure!(page.browser.text("return window.made[0]")? == file, "the download is not the file that is shown");
    complaints(page)
}

fn language_switch_translates_everything_shown(page: &Page) -> Result<()> {
    page.paste_review()?;
    ensure!(page.browser.text("return document.documentElement.lang")? == "en", "the page does not start in English");
    let english = page.shown("[data-test=findings]")?;
    page.browser.click("[data-test=lang]")?;
    page.browser.wait("document.documentElement.lang === 'ko'")?;
    let korean = page.shown("[data-test=findings]")?;
    ensure!(korean != english, "the findings stay as they were");
    ensure!(hangul(&korean) > 100, "the findings hold only {} Hangul letters", hangul(&korean));
    page.browser.click("[data-test=view-chain]")?;
    page.browser.wait("document.querySelector('[data-test=chain]')")?;
    let chain = page.shown("[data-test=chain]")?;
    ensure!(hangul(&chain) > 100, "the chain holds only {} Hangul letters", hangul(&chain));
    ensure!(chain.contains("reject_unauth_destination"), "the name of an entry was translated");
    Ok(())
}

/// How many Hangul syllables the text has.
fn hangul(text: &str) -> usize {
    text.chars().filter(|char| ('\u{ac00}'..='\u{d7a3}').contains(char)).count()
}

/// Uses the whole page and then asks both ends, the browser and the server, what was requested.
fn nothing_is_requested_after_load(page: &Page) -> Result<()> {
    let before = page.server.requests();
    page.paste_review()?;
    for target in ["view-chain", "view-session", "view-overview", "view-findings", "lang", "view-chain", "lang"] {
        page.browser.click(&format!("[data-test={target}]"))?;
    }
    page.browser.wait("document.querySelector('[data-test=chain]')")?;
    page.paste(&page.review)?;
    page.window(360, "dark")?;
    let requests = requests(page)?;
    ensure!(requests.is_empty(), "{} requests, the first to {:?}", requests.len(), requests.first());
    let after = page.server.requests();
    ensure!(after == before, "the server was asked {} times", after - before);
    Ok(())
}

/// Addresses that the page requested since the log was last read. `data:` is no request.
fn requests(page: &Page) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in page.browser.log("performance")? {
        let message = entry.get("message").and_then(Value::as_str).unwrap_or_default();
        let message: Value = serde_json::from_str(message).context("a log entry is not JSON")?;
        let is_request =
            message.pointer("/message/method").and_then(Value::as_str) == Some("Network.requestWillBeSent");
        let url = message.pointer("/message/params/request/url").and_then(Value::as_str).unwrap_or_default();
        if is_request && !url.starts_with("data:") {
            found.push(url.to_owned());
        }
    }
    Ok(found)
}

fn policy_blocks_every_connection(page: &Page) -> Result<()> {
    let before = page.server.requests();
    for target in ["'https://example.com/'", "location.href", "new URL('style.css', location).href"] {
        let body = format!(
            "const blocked = new Promise((done) => addEventListener('securitypolicyviolation', \
             (event) => done(event.effectiveDirective), {{ once: true }})); \
             return fetch({target}).then(() => 'went through', () => blocked)"
        );
        let outcome = page.browser.text(&body)?;
        ensure!(outcome == "connect-src", "fetch({target}): {outcome}");
    }
    let beacon = "const image = new Image(); image.src = '/pixel.png'; return new Promise((done) => { \
         image.onerror = () => done('blocked'); image.onload = () => done('went through'); })";
    ensure!(page.browser.text(beacon)? == "blocked", "an image may be loaded");
    let asked = page.server.requests() - before;
    ensure!(asked == 0, "{asked} requests reached the server");
    Ok(())
}

fn empty_and_foreign_text_leave_the_page_working(page: &Page) -> Result<()> {
    for text in [" ", "Dear all, lunch is at noon.\n", "\u{0}\u{fffd}\u{1f980} = {{{{ $($(\n\t\t=\n", "a"] {
        page.paste(text)?;
    }
    page.paste_review()?;
    complaints(page)
}

fn keyboard_reaches_everything(page: &Page) -> Result<()> {
    tab_to(page, "[data-test=input]")?;
    page.paste_review()?;
    page.browser.script("document.activeElement.blur()", &[])?;
    for target in ["[data-test=lang]", "[role=tab]", "[data-test=findings] a, [data-test=findings] button"] {
        tab_to(page, target)?;
    }
    Ok(())
}

/// Presses Tab until an element of the selector has the focus. Escape first: a text box may keep Tab.
fn tab_to(page: &Page, selector: &str) -> Result<()> {
    const PRESSES: usize = 60;
    for _ in 0..PRESSES {
        if page.browser.script("return document.activeElement.matches(arguments[0])", &[selector.into()])? == true {
            return Ok(());
        }
        page.browser.press(Key::Escape)?;
        page.browser.press(Key::Tab)?;
    }
    bail!("{PRESSES} presses of Tab do not reach `{selector}`")
}

fn keyboard_walks_the_findings(page: &Page) -> Result<()> {
    page.paste_review()?;
    page.browser.click("[data-test=view-overview]")?;
    page.browser.press(Key::Right)?;
    let on_other_tab = "return document.activeElement.matches('[role=tab]:not([data-test=view-overview])')";
    ensure!(page.browser.script(on_other_tab, &[])? == true, "an arrow key does not move between the tabs");
    page.browser.click("[data-test=view-findings]")?;
    let current = "return document.activeElement.closest('[data-test=findings] [data-rule]')?.innerText ?? ''";
    page.browser.press(Key::Char('j'))?;
    let first = page.browser.text(current)?;
    ensure!(!first.is_empty(), "`j` does not go to a finding");
    page.browser.press(Key::Char('j'))?;
    ensure!(page.browser.text(current)? != first, "a second `j` stays on the finding");
    page.browser.press(Key::Char('k'))?;
    ensure!(page.browser.text(current)? == first, "`k` does not go back");
    page.browser.script("document.querySelector('[data-test=input]').setSelectionRange(0, 0)", &[])?;
    page.browser.press(Key::Enter)?;
    page.browser
        .wait("document.activeElement.matches('[data-test=input]')")
        .context("Enter does not lead to the text")?;
    page.browser.wait("document.activeElement.selectionStart > 0").context("Enter does not lead to the place")
}

fn narrow_window_needs_no_sideways_scrolling(page: &Page) -> Result<()> {
    page.window(360, "light")?;
    page.paste_review()?;
    for view in ["view-findings", "view-chain", "view-session", "view-overview"] {
        page.browser.click(&format!("[data-test={view}]"))?;
        let width = page.browser.script("return document.documentElement.scrollWidth", &[])?;
        ensure!(width.as_u64().is_some_and(|width| width <= 360), "{view} is {width} px wide in a window of 360");
    }
    Ok(())
}
