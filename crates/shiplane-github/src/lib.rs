//! GitHub over octocrab, as verbs that return core's facts.
