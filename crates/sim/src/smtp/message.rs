//! DATA and the end of the message.

use super::{Answer, Run};
use crate::{Command, Finding, Missing, Site};
use postproof_diag::{Text, text};

impl Run<'_, '_, '_> {
    // smtpd.c, data_cmd
    pub(super) fn data(&mut self) -> Answer {
        if self.accepted.is_empty() {
            return match self.in_mail {
                true => Answer::new(554, "5.5.1", "Error: no valid recipients"),
                false => Answer::new(503, "5.5.1", "Error: need RCPT command"),
            };
        }
        self.turn_to_first();
        match self.checks.data() {
            Some(refusal) => Answer::refusal(refusal),
            None => Answer::new(354, "", "End data with <CR><LF>.<CR><LF>"),
        }
    }

    /// The reply to the end of the message.
    // smtpd.c, common_post_message_handling
    pub(super) fn end_of_data(&mut self) {
        self.turn_to_first();
        if self.checks.who.ends_before(Command::EndOfData) {
            self.write(Command::EndOfData, String::new(), Answer::closed());
            return;
        }
        let answer = match self.checks.end_of_data() {
            Some(refusal) => Answer::refusal(refusal),
            None => self.after_data(),
        };
        self.write(Command::EndOfData, String::new(), answer);
    }

    fn turn_to_first(&mut self) {
        if let Some(first) = self.accepted.first() {
            self.checks.who.turn_to(first);
        }
    }

    fn after_data(&mut self) -> Answer {
        if let Some(answer) = self.filter_refuses(Moment::Message) {
            return answer;
        }
        if self.server.message_limit > 0 && self.server.message_limit < MESSAGE_BYTES {
            return Answer::new(552, "5.3.4", "Error: message file too big");
        }
        // cleanup_init.c, cleanup_post_jail: the limit of the queue file, which
        // holds more than the message.
        let recipients = i64::try_from(self.accepted.len()).unwrap_or(i64::MAX);
        let most = RECIPIENT_BYTES.saturating_mul(recipients).saturating_add(QUEUE_FILE_BYTES);
        let is_close = (1..most).contains(&self.server.message_limit);
        if is_close && self.is_answered("message:queue-file", "refuse", QUEUE_FILE) {
            return Answer::new(552, "5.3.4", "Error: message file too big").because(QUEUE_FILE);
        }
        if let Some(answer) = self.cleanup_refuses() {
            return answer;
        }
        Answer::new(250, "2.0.0", "Ok: queued")
    }

    /// Whether the answer to a question is `word`, and not `accept`.
    fn is_answered(&mut self, question: &str, word: &str, text: Text) -> bool {
        let world = self.config.world;
        let supplied = world.assumed.get(question).cloned();
        if let Some(answer) = supplied.or_else(|| world.usual(question)) {
            return answer.eq_ignore_ascii_case(word);
        }
        let answers = ["accept", word].map(|answer| Finding::Text(answer.into()));
        let found = self.checks.who.assume(Site::of(question), Missing::new(question, text), &answers);
        found == Finding::Text(word.into())
    }

    /// What a proxy filter or a milter says is not known; either can refuse a
    /// recipient or the message.
    pub(super) fn filter_refuses(&mut self, moment: Moment) -> Option<Answer> {
        let filter = self.config.param("smtpd_proxy_filter");
        if !filter.is_empty() && self.refuses(&format!("filter:{filter}"), filter_text(&filter), moment) {
            let answer = Answer::new(451, "4.3.0", "(refused by the filter)");
            return Some(answer.because(filter_text(&filter)));
        }
        let milters = self.config.param("smtpd_milters");
        let is_off = milters.eq_ignore_ascii_case("DISABLE") || self.overrides("no_milters");
        if milters.is_empty() || is_off {
            return None;
        }
        self.refuses(&format!("milter:{milters}"), milter_text(&milters), moment)
            .then(|| Answer::new(550, "5.7.1", "(refused by a milter)").because(milter_text(&milters)))
    }

    fn refuses(&mut self, question: &str, text: Text, moment: Moment) -> bool {
        let word = |moment: Moment| match moment {
            Moment::Recipient => "refuse",
            Moment::Message => "refuse-message",
        };
        let world = self.config.world;
        let supplied = world.assumed.get(question).cloned();
        if let Some(answer) = supplied.or_else(|| world.usual(question)) {
            return answer.eq_ignore_ascii_case(word(moment));
        }
        let missing = Missing::new(question, text);
        let answers = ["accept", word(Moment::Recipient), word(Moment::Message)];
        let answers = answers.map(|answer| Finding::Text(answer.into()));
        let found = self.checks.who.assume(Site::of("filter"), missing, &answers);
        found == Finding::Text(word(moment).into())
    }

    /// Whether receive_override_options has a word.
    pub(super) fn overrides(&self, word: &str) -> bool {
        let options = self.config.param("receive_override_options");
        options.split([',', ' ', '\t', '\r', '\n']).any(|option| option.eq_ignore_ascii_case(word))
    }
}

/// When a filter can refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// After a recipient that smtpd takes.
    Recipient,
    /// After the message.
    Message,
}

/// Size of the message that the client of a simulation sends.
const MESSAGE_BYTES: i64 = 200;

/// Queue files of short messages are smaller, and what each recipient adds.
const QUEUE_FILE_BYTES: i64 = 1536;
const RECIPIENT_BYTES: i64 = 640;

const QUEUE_FILE: Text = Text::fixed(
    "whether the message and its envelope fit into `message_size_limit` together",
    "메시지와 봉투를 합한 크기가 `message_size_limit` 안에 드는지",
);

fn filter_text(filter: &str) -> Text {
    text!("what the filter `{filter}` answers", "`{filter}` 필터의 응답")
}

fn milter_text(milters: &str) -> Text {
    text!("what the milters `{milters}` answer", "`{milters}` milter의 응답")
}
