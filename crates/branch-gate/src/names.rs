//! Lists as people write them in a flag or an input: one name a line, or several between commas.

/// Names without commas in them, such as branches and logins: a comma or a line end stands between two.
pub(crate) fn plain(values: &[String]) -> Vec<String> {
    tidy(values.iter().flat_map(|value| value.split([',', '\n'])))
}

/// Names of checks. A matrix puts commas into parentheses (`test (sqlite, local)`), so those stand between nothing;
/// and in a value of several lines no comma does.
pub(crate) fn checks(values: &[String]) -> Vec<String> {
    tidy(
        values.iter().flat_map(|value| {
            if value.contains('\n') { value.lines().collect() } else { outer_commas(value) }
        }),
    )
}

fn outer_commas(value: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let parted = value.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parted.collect()
}

fn tidy<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for name in names.map(str::trim).filter(|name| !name.is_empty()) {
        if !list.iter().any(|known| known == name) {
            list.push(name.to_owned());
        }
    }
    list
}
