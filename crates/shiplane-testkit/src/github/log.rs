//! What was asked of the fake.

/// One request, tokens blotted out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path, as it came.
    pub path: String,
    /// What stood behind the question mark.
    pub query: String,
    /// The body.
    pub body: String,
}

impl Request {
    pub(super) fn redacted(mut self, tokens: &[String]) -> Self {
        for token in tokens {
            for text in [&mut self.path, &mut self.query, &mut self.body] {
                *text = text.replace(token, "***");
            }
        }
        self
    }
}
