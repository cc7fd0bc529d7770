use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::notify::order::{Names, Part, group_by_names, order_steps};

fn order(renames: &str) -> String {
    let names: Vec<Names<'_>> = renames
        .split(' ')
        .map(|rename| rename.split_once('>').expect("a rename"))
        .collect();
    let told = order_steps(&names, &BTreeSet::new()).into_iter().map(|step| {
        let (old, new) = names[step.index];
        match step.part {
            Part::Whole => format!("{old}>{new}"),
            Part::Aside => format!("{old}>*"),
            Part::Home => format!("*>{new}"),
        }
    });
    told.collect::<Vec<_>>().join(" ")
}

#[test]
fn names_are_left_before_they_are_taken() {
    let cases = [
        ("A>B", "A>B"),
        ("A>B C>D", "A>B C>D"),
        ("A>B B>C", "B>C A>B"),
        ("A>B B>C C>D", "C>D B>C A>B"),
        ("A>B B>A", "A>* B>A *>B"),
        ("A>B B>C C>A", "A>* C>A B>C *>B"),
        ("A>B B>A C>D D>C", "A>* B>A *>B C>* D>C *>D"),
        // Two VMs go to one name.
        ("C>A A>B B>A", "A>* C>A B>A *>B"),
        // Two VMs bore one name.
        ("A>B A>C", "A>B A>C"),
        ("A>B A>C B>A", "A>C A>* B>A *>B"),
        ("A>B A>C B>A C>A", "A>* A>* B>A *>B C>A *>C"),
        ("A>A", "A>A"),
        ("A>A B>A", "A>A B>A"),
    ];
    for (renames, expected) in cases {
        assert_eq!(order(renames), expected, "of {renames}");
    }
}

#[test]
fn a_split_that_was_begun_is_kept() {
    let steps = order_steps(&[("A", "B"), ("B", "A")], &BTreeSet::from([1]));
    let parts: Vec<_> = steps.iter().map(|step| (step.index, step.part)).collect();
    assert_eq!(parts, [(1, Part::Aside), (0, Part::Whole), (1, Part::Home)]);
}

#[test]
fn renames_with_common_names_are_one_group() {
    let groups = group_by_names(&[("A", "B"), ("X", "Y"), ("C", "B"), ("Y", "X"), ("P", "Q")]);
    assert_eq!(groups, [vec![0, 2], vec![1, 3], vec![4]]);
}

proptest! {
    /// Any list, also one in which names occur twice: every rename is told once, and nothing goes to a name that is
    /// still to be left.
    #[test]
    fn any_list_is_ordered(list in prop::collection::vec(("[A-E]", "[A-E]"), 0..9)) {
        let names: Vec<Names<'_>> = list.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
        let mut staying: Vec<usize> = (0..names.len()).collect();
        let mut home = BTreeSet::new();
        for step in order_steps(&names, &BTreeSet::new()) {
            let left = staying.contains(&step.index);
            prop_assert_eq!(left, step.part != Part::Home);
            staying.retain(|&index| index != step.index);
            if step.part != Part::Aside {
                prop_assert!(staying.iter().all(|&index| names[index].0 != names[step.index].1));
                prop_assert!(home.insert(step.index));
            }
        }
        prop_assert_eq!(home.len(), names.len());
    }
}
