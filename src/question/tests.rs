use super::*;

#[test]
fn try_out() {
    let Ok(questions) = std::fs::read_to_string("/tmp/questions.txt") else {
        return;
    };
    for question in questions.lines().filter(|line| !line.trim().is_empty()) {
        match understand(question, TimeZone::UTC) {
            Ok(understood) => {
                let Understood {
                    selection,
                    count,
                    corrections,
                } = understood;
                let sort: Vec<String> = selection
                    .sort
                    .iter()
                    .map(|s| format!("{}{}", if s.descending { "-" } else { "" }, s.field.name))
                    .collect();
                let fixed: Vec<String> = corrections
                    .iter()
                    .map(|c| format!("{}>{}", c.written, c.read))
                    .collect();
                let shown = selection
                    .kind
                    .fields()
                    .filter(|field| field.is_shown)
                    .collect::<Vec<_>>();
                let columns: Vec<&str> = if shown == selection.columns {
                    vec![]
                } else {
                    selection.columns.iter().map(|f| f.name).collect()
                };
                println!(
                    "{question}\n    {} where {} sort {} limit {:?}{}{} {:?} {:?}",
                    selection.kind.plural(),
                    selection.filter.map(|f| f.to_string()).unwrap_or_default(),
                    sort.join(","),
                    selection.limit,
                    if count { " COUNT" } else { "" },
                    if selection.gone { " GONE" } else { "" },
                    columns,
                    fixed
                );
            }
            Err(refusal) => println!("{question}\n    !! {}", refusal.to_string().replace('\n', "\n    !! ")),
        }
    }
}
