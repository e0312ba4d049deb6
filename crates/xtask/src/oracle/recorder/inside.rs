//! The first process of the namespaces: sets them up, answers request by request.

use super::certificates::Certificates;
use super::client::{Place, play};
use super::config::{Service, copy_all, indexed, master, passwd, write};
use super::dns::{Dns, with_clients};
use super::queue;
use super::running::{PATIENCE, Running, SHORT, listening};
use super::servers::{Policy, log, logins};
use super::trace::RcptOrder;
use crate::process::capture;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufRead, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Directories of the queue with their modes; those of group postdrop are marked.
// postfix-files(5)
const QUEUE: &[(&str, u32, bool)] = &[
    ("active", 0o700, false),
    ("bounce", 0o700, false),
    ("corrupt", 0o700, false),
    ("defer", 0o700, false),
    ("deferred", 0o700, false),
    ("flush", 0o700, false),
    ("hold", 0o700, false),
    ("incoming", 0o700, false),
    ("maildrop", 0o1730, true),
    ("private", 0o700, false),
    ("public", 0o2710, true),
    ("saved", 0o700, false),
    ("trace", 0o700, false),
];

struct Inside {
    /// The root of the Postfix that answers; empty for this system's.
    root: PathBuf,
    etc: PathBuf,
    /// What is the same in every /etc/postfix.
    base: PathBuf,
    dns: Dns,
    /// Where the clients' certificates are.
    certificates: Certificates,
    passwd: String,
    postfix: (u32, u32),
    postdrop: u32,
    /// What was last set up of the machine.
    system: Value,
}

/// `oracle inside`: reads requests, one a line, and writes responses.
pub(crate) fn command(root: &Path, work: &Path) -> Result<()> {
    let mut inside = Inside::set_up(root, work)?;
    let version = inside.capture("postconf", &["-d", "-h", "mail_version"]).unwrap_or_default();
    println!("{}", json!({ "version": version.trim() }));
    for line in std::io::stdin().lock().lines() {
        let response = serde_json::from_str(&line?).map_err(Into::into).and_then(|request| inside.answer(request));
        println!("{}", response.unwrap_or_else(|error| json!({ "error": format!("{error:#}") })));
        std::io::stdout().flush()?;
    }
    Ok(())
}

impl Inside {
    fn set_up(root: &Path, work: &Path) -> Result<Self> {
        let root = if root == Path::new("/") { PathBuf::new() } else { root.to_path_buf() };
        let real = root.join("etc");
        let real = if root.as_os_str().is_empty() { PathBuf::from("/etc") } else { real };
        let (etc, base) = (work.join("etc"), work.join("base"));
        fs::create_dir_all(&etc)?;
        fs::create_dir_all(&base)?;
        for name in ["protocols", "ld.so.cache", "ld.so.conf", "localtime", "host.conf", "gai.conf", "group"] {
            if real.join(name).exists() {
                fs::copy(real.join(name), etc.join(name))?;
            }
        }
        for name in ["ld.so.conf.d", "alternatives"] {
            if real.join(name).is_dir() {
                copy_all(&real.join(name), &etc.join(name))?;
            }
        }
        fs::create_dir_all(etc.join("ssl"))?;
        if real.join("ssl/openssl.cnf").exists() {
            fs::copy(real.join("ssl/openssl.cnf"), etc.join("ssl/openssl.cnf"))?;
        }
        let fixed = [
            ("hosts", "127.0.0.1 localhost\n::1 localhost\n"),
            ("resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\nsearch .\n"),
            ("nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\n"),
            (
                "services",
                "domain 53/udp\ndomain 53/tcp\nsmtp 25/tcp\nsmtps 465/tcp\nsubmissions 465/tcp\nsubmission 587/tcp\n",
            ),
        ];
        for (name, text) in fixed {
            fs::write(etc.join(name), text)?;
        }
        for name in ["dynamicmaps.cf", "dynamicmaps.cf.d"] {
            let from = real.join("postfix").join(name);
            if from.is_dir() {
                copy_all(&from, &base.join(name))?;
            } else if from.exists() {
                fs::copy(from, base.join(name))?;
            }
        }
        let certificates = Certificates::make(work, &base)?;
        let passwd = fs::read_to_string(real.join("passwd"))?;
        let group = fs::read_to_string(real.join("group"))?;
        let number = |text: &str, name: &str, at: usize| -> Result<u32> {
            let line = text.lines().find(|line| line.split(':').next() == Some(name));
            let field = line.and_then(|line| line.split(':').nth(at)).with_context(|| format!("no `{name}`"))?;
            Ok(field.parse()?)
        };
        let postfix = (number(&passwd, "postfix", 2)?, number(&passwd, "postfix", 3)?);
        let postdrop = number(&group, "postdrop", 2)?;
        capture(Command::new("ip").args(["link", "set", "lo", "up"]))?;
        capture(Command::new("mount").arg("--bind").arg(&etc).arg(&real))?;
        for name in ["/var/spool/postfix", "/var/lib/postfix"] {
            let place = format!("{}{name}", root.display());
            capture(Command::new("mount").args(["-t", "tmpfs", "-o", "mode=755", "none", &place]))?;
        }
        let dns = Dns::start()?;
        Ok(Self { root, etc, base, dns, certificates, passwd, postfix, postdrop, system: Value::Null })
    }

    /// A program of the Postfix that answers.
    fn program(&self, name: &str) -> Command {
        let mut command = if self.root.as_os_str().is_empty() {
            Command::new(name)
        } else {
            let mut command = Command::new("chroot");
            command.arg(&self.root).arg(name);
            command
        };
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C");
        command
    }

    fn capture(&self, name: &str, args: &[&str]) -> Result<String> {
        let output = self.program(name).args(args).stderr(Stdio::null()).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Makes the machine what a request says of it.
    fn be(&mut self, system: &Value) -> Result<()> {
        if self.system == *system {
            return Ok(());
        }
        let list = |key: &str| -> Vec<String> {
            system[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        fs::write("/proc/sys/kernel/hostname", system["hostname"].as_str().unwrap_or_default())?;
        let known = capture(Command::new("ip").args(["-o", "addr", "show", "dev", "lo"]))?;
        let wanted = list("interfaces");
        let old = list_of(&self.system["interfaces"]);
        for gone in old.iter().filter(|one| !wanted.contains(one)) {
            let _ = capture(Command::new("ip").args(["addr", "del", gone, "dev", "lo"]));
        }
        for new in wanted.iter().filter(|one| !known.contains(one.as_str())) {
            let mut command = Command::new("ip");
            command.args(["addr", "add", new, "dev", "lo"]);
            if new.contains(':') {
                command.arg("nodad");
            }
            capture(&mut command)?;
        }
        fs::write(self.etc.join("passwd"), passwd(&self.passwd, &list("users")))?;
        self.system = system.clone();
        Ok(())
    }

    fn answer(&mut self, request: Value) -> Result<Value> {
        let mut request = self.certificates.filled(&request)?;
        let sessions = request["sessions"].as_array().cloned().unwrap_or_default();
        if request["system"].is_null() {
            request["system"] = default_system();
        }
        request["dns"] = with_clients(&request["dns"], &sessions);
        self.be(&request["system"].clone())?;
        self.dns.load(&request["dns"]);
        let (master, services) = master(request["master_cf"].as_str())?;
        write(&self.etc, &self.base, &request, &master)?;
        for (maker, table) in indexed(&request) {
            // What postmap refuses is no index: then smtpd has none either.
            let _ = self.capture(maker, &[&table])?;
        }
        let wanted = request["service"].as_str().unwrap_or("smtp");
        let service =
            services.iter().find(|service| service.name == wanted).or(services.first()).context("no service")?;
        let (order, wrapped) = self.effective(service)?;
        let policies = request["policy"].as_object().into_iter().flatten();
        let policies: Vec<Policy> = policies.map(|(place, spec)| Policy::start(place, spec)).collect::<Result<_>>()?;
        let played = self.sessions(&sessions, service, &order, wrapped, &request);
        drop(policies);
        Ok(json!({ "sessions": played?, "request": request }))
    }

    /// The order of the lists of RCPT, and whether TLS comes first.
    fn effective(&self, service: &Service) -> Result<(RcptOrder, bool)> {
        let names = [
            "smtpd_relay_restrictions",
            "smtpd_recipient_restrictions",
            "smtpd_relay_before_recipient_restrictions",
            "smtpd_tls_wrappermode",
        ];
        let mut args = vec!["-x".to_owned(), "-h".to_owned()];
        for (name, value) in &service.options {
            args.extend(["-o".to_owned(), format!("{name}={value}")]);
        }
        args.extend(names.map(str::to_owned));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let text = self.capture("postconf", &args)?;
        let values: Vec<&str> = text.lines().map(str::trim).collect();
        let is = |at: usize, word: &str| values.get(at).is_some_and(|value| value.eq_ignore_ascii_case(word));
        let mut order = Vec::new();
        for (at, name) in names.iter().enumerate().take(2) {
            if values.get(at).is_some_and(|value| !value.is_empty()) {
                order.push(*name);
            }
        }
        if !is(2, "yes") {
            order.reverse();
        }
        Ok((RcptOrder(order), is(3, "yes")))
    }

    fn sessions(
        &self,
        sessions: &[Value],
        service: &Service,
        order: &RcptOrder,
        wrapped: bool,
        request: &Value,
    ) -> Result<Vec<Value>> {
        let system = &request["system"];
        let server = ["server_addr", "server_addr6"].map(|key| system[key].as_str().unwrap_or("::1").to_owned());
        let mut played: Vec<Value> = Vec::new();
        let mut running: Option<Running> = None;
        for session in sessions {
            let master = match running.take() {
                Some(master) => master,
                None => match self.start(service.port)? {
                    Ok(master) => master,
                    Err(fatal) => {
                        let end = json!({ "replies": [closed("connect")], "fatal": fatal, "master_exits": true });
                        played.resize(sessions.len(), end);
                        break;
                    }
                },
            };
            let place =
                Place { address: listening(service.port).context("nothing listens")?, server: server.clone(), wrapped };
            master.lines.borrow_mut().clear();
            while master.log.try_recv().is_ok() {}
            let replies = play(&place, session, self.certificates.of(session), &|| master.has_died())?;
            let mut result = master.digest(replies, order);
            if request["queue"] == true {
                result["queued"] = self.queued()?;
            }
            let does_not_start = result["replies"][0]["code"] == 0 && !result["fatal"].is_null();
            let has_ended = !result["fatal"].is_null() || !result["killed"].is_null();
            played.push(result.clone());
            if does_not_start {
                played.resize(sessions.len(), result);
            }
            if has_ended {
                master.stop(service.port);
                if does_not_start {
                    break;
                }
            } else {
                running = Some(master);
            }
        }
        if let Some(master) = running {
            master.stop(service.port);
        }
        Ok(played)
    }

    /// The envelopes of the messages in the queue, which is empty then.
    fn queued(&self) -> Result<Value> {
        let mut envelopes = Vec::new();
        for name in ["incoming", "hold"] {
            let place = format!("/var/spool/postfix/{name}");
            for file in fs::read_dir(format!("{}{place}", self.root.display()))? {
                let file = file?;
                // mail_stream.c, mail_stream_finish_file: what is complete gets the
                // execute bit; cleanup is about to take the rest away.
                if file.metadata().is_ok_and(|data| data.permissions().mode() & 0o100 == 0) {
                    continue;
                }
                let text = self.capture("postcat", &["-e", &format!("{place}/{}", file.file_name().display())])?;
                if fs::remove_file(file.path()).is_ok() {
                    envelopes.push(queue::envelope(&text));
                }
            }
        }
        Ok(Value::Array(envelopes))
    }

    /// An empty queue, and a master; or why it ends.
    fn start(&self, port: u16) -> Result<Result<Running, String>> {
        let spool = PathBuf::from(format!("{}/var/spool/postfix", self.root.display()));
        let data = PathBuf::from(format!("{}/var/lib/postfix", self.root.display()));
        for place in [&spool, &data] {
            for file in fs::read_dir(place)? {
                let path = file?.path();
                if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
            }
        }
        let (user, group) = self.postfix;
        chown(&data, Some(user), Some(group))?;
        fs::create_dir(spool.join("pid"))?;
        for (name, mode, is_postdrop) in QUEUE {
            let path = spool.join(name);
            fs::create_dir(&path)?;
            chown(&path, Some(user), Some(if *is_postdrop { self.postdrop } else { 0 }))?;
            fs::set_permissions(&path, fs::Permissions::from_mode(*mode))?;
        }
        let log = log(&spool.join("public/postlog"))?;
        logins(&spool.join("private/auth"))?;
        // Nobody delivers: what cleanup tells the queue manager ends here.
        let queue = spool.join("public/qmgr");
        capture(Command::new("mkfifo").arg(&queue))?;
        for path in [spool.join("public/postlog"), spool.join("private/auth"), queue.clone()] {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o666))?;
            chown(&path, Some(user), Some(group))?;
        }
        const O_NONBLOCK: i32 = 0o4000;
        let queue = File::options().read(true).write(true).custom_flags(O_NONBLOCK).open(queue)?;
        let mut command = self.program("/usr/lib/postfix/sbin/master");
        command.args(["-d", "-c", "/etc/postfix"]).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().context("master")?;
        let mut running = Running { child, log, lines: Default::default(), _queue: queue };
        let since = Instant::now();
        while listening(port).is_none() {
            if running.child.try_wait()?.is_some() || since.elapsed() > PATIENCE {
                sleep(Duration::from_millis(50));
                let fatal = running.fatal(&["master", "postlog"]).unwrap_or_else(|| "master ended".to_owned());
                running.stop(port);
                return Ok(Err(fatal));
            }
            sleep(SHORT);
        }
        Ok(Ok(running))
    }
}

fn list_of(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn closed(command: &str) -> Value {
    json!({ "command": command, "code": 0, "dsn": null, "text": "(connection closed)", "verdict": "reject" })
}

/// The machine where a request does not say.
fn default_system() -> Value {
    json!({
        "hostname": "mx1.recorder.example",
        "interfaces": ["127.0.0.1/8", "::1/128", "192.0.2.25/24", "2001:db8:25::25/64"],
        "users": ["root", "daemon", "mail", "nobody", "postfix", "alice", "bob", "carol"],
        "server_addr": "192.0.2.25",
        "server_addr6": "2001:db8:25::25",
    })
}
