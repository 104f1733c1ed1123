//! Stateful fakes and real parts for tests: a fake GitHub, an sshd, a git fixture, a sample app, a clock.
