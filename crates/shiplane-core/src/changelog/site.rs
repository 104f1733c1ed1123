//! Where the repository is seen, and the links to its parts.

/// A repository on the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// `https://github.com/owner/name`, without a slash at the end.
    url: String,
    forge: Forge,
}

/// Whose paths the links have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forge {
    /// Also Gitea and Forgejo, as far as we link.
    GitHub,
    GitLab,
    Bitbucket,
}

impl Site {
    /// From an address that was named for this purpose; `None` when it is not one of the web.
    pub fn named(address: &str) -> Option<Self> {
        let (host, url) = web(address)?;
        Some(Self { url, forge: forge(&host).unwrap_or(Forge::GitHub) })
    }

    /// From a remote's address; `None` when nobody can say how its pages are called.
    pub fn of_remote(address: &str) -> Option<Self> {
        let (host, url) = web(address)?;
        forge(&host).map(|forge| Self { url, forge })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What changed between two tags or branches.
    pub fn compare(&self, from: &str, to: &str) -> String {
        let Self { url, forge } = self;
        match forge {
            Forge::GitHub => format!("{url}/compare/{from}...{to}"),
            Forge::GitLab => format!("{url}/-/compare/{from}...{to}"),
            Forge::Bitbucket => format!("{url}/branches/compare/{to}%0D{from}"),
        }
    }

    /// A tag, with its release where there is one.
    pub fn tag(&self, tag: &str) -> String {
        let Self { url, forge } = self;
        match forge {
            Forge::GitHub => format!("{url}/releases/tag/{tag}"),
            Forge::GitLab => format!("{url}/-/tags/{tag}"),
            Forge::Bitbucket => format!("{url}/commits/tag/{tag}"),
        }
    }

    /// A commit.
    pub fn commit(&self, id: &str) -> String {
        let Self { url, forge } = self;
        match forge {
            Forge::GitHub => format!("{url}/commit/{id}"),
            Forge::GitLab => format!("{url}/-/commit/{id}"),
            Forge::Bitbucket => format!("{url}/commits/{id}"),
        }
    }

    /// A pull request, where `#7` means one.
    pub fn pull(&self, number: u64) -> Option<String> {
        match self.forge {
            Forge::GitHub => Some(format!("{}/pull/{number}", self.url)),
            Forge::Bitbucket => Some(format!("{}/pull-requests/{number}", self.url)),
            // There it is an issue.
            Forge::GitLab => None,
        }
    }
}

/// Host and web address of a repository, without what logs in and without `.git`.
fn web(address: &str) -> Option<(String, String)> {
    let address = address.trim();
    let rest = ["https://", "http://", "ssh://", "git://", "git+ssh://"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    let (place, path) = match rest {
        Some(rest) => rest.split_once('/')?,
        // `git@host:path`, which is no path of this machine.
        None => address.split_once(':').filter(|(place, _)| place.contains('@') && !place.contains('/'))?,
    };
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    let on_web = address.starts_with("http");
    // A port of SSH is none of the web.
    let host = if on_web { host } else { host.split(':').next()? };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let fits = |text: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
        !text.is_empty() && text.chars().all(plain)
    };
    let scheme = if address.starts_with("http://") { "http" } else { "https" };
    (fits(host) && fits(path)).then(|| (host.to_ascii_lowercase(), format!("{scheme}://{host}/{path}")))
}

fn forge(host: &str) -> Option<Forge> {
    let is = |name: &str| host.split(['.', ':']).any(|part| part == name);
    let known = [
        ("github", Forge::GitHub),
        ("gitea", Forge::GitHub),
        ("codeberg", Forge::GitHub),
        ("forgejo", Forge::GitHub),
        ("gitlab", Forge::GitLab),
        ("bitbucket", Forge::Bitbucket),
    ];
    known.into_iter().find(|(name, _)| is(name)).map(|(_, forge)| forge)
}
