//! A column's type as a tree: values, structs, lists and maps, with the levels at which they are there (Dremel's encoding).

use std::ops::Range;

use parquet::basic::{ConvertedType, LogicalType, Repetition};
use parquet::schema::types::Type;

use super::leaf_type::Leaf;
use crate::column_type::{ColumnType, TypedColumn};

/// Types within types, at most.
const DEPTH: u32 = 64;

/// A type in its place.
pub(super) struct Node {
    pub(super) name: String,
    pub(super) nullable: bool,
    /// The definition level from which on the value is there.
    pub(super) definition: i16,
    /// The columns of its values, in the file.
    pub(super) leaves: Range<usize>,
    pub(super) shape: Shape,
}

/// What a type consists of.
pub(super) enum Shape {
    Leaf(Leaf),
    /// Members in byte order of their names.
    Struct(Vec<Node>),
    List(Box<Items>),
    /// Keys that are text, and values.
    Map(Box<[Node; 2]>, ItemLevels),
}

/// The items of a list.
pub(super) struct Items {
    pub(super) element: Node,
    pub(super) levels: ItemLevels,
}

/// Where items begin.
#[derive(Clone, Copy)]
pub(super) struct ItemLevels {
    /// The definition level from which on there is an item.
    pub(super) definition: i16,
    /// The repetition level of another item of the same list.
    pub(super) repetition: i16,
}

/// What is built of a type: the types behind it have the columns from `leaf` on.
struct Builder {
    leaf: usize,
}

impl Node {
    /// The tree of a column whose values are in the file's columns from `leaf` on.
    ///
    /// # Errors
    /// The type that is not supported, in words.
    pub(super) fn new(column: &Type, leaf: usize) -> Result<Self, String> {
        Builder { leaf }.field(column, Levels::default(), DEPTH)
    }

    /// How the values of its columns are understood, in the order of the file.
    pub(super) fn leaves_in_order(&self) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        self.add_leaves(&mut leaves);
        leaves.sort_unstable_by_key(|(place, _)| *place);
        leaves.into_iter().map(|(_, leaf)| leaf).collect()
    }

    fn add_leaves(&self, leaves: &mut Vec<(usize, Leaf)>) {
        match &self.shape {
            Shape::Leaf(leaf) => leaves.push((self.leaves.start, *leaf)),
            Shape::Struct(members) => members.iter().for_each(|member| member.add_leaves(leaves)),
            Shape::List(items) => items.element.add_leaves(leaves),
            Shape::Map(pair, _) => pair.iter().for_each(|node| node.add_leaves(leaves)),
        }
    }

    /// Its type, of those of the file's columns.
    pub(super) fn column_type(&self, fields: &[ColumnType]) -> ColumnType {
        match &self.shape {
            Shape::Leaf(_) => fields
                .get(self.leaves.start)
                .cloned()
                .unwrap_or(ColumnType::Null),
            Shape::Struct(members) => {
                let members = members.iter().map(|member| TypedColumn {
                    name: member.name.clone(),
                    kind: member.column_type(fields),
                });
                ColumnType::Struct(members.collect())
            }
            Shape::List(items) => ColumnType::List(Box::new(items.element.column_type(fields))),
            Shape::Map(pair, _) => {
                let [key, value] = &**pair;
                ColumnType::Map(Box::new([
                    key.column_type(fields),
                    value.column_type(fields),
                ]))
            }
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Levels {
    definition: i16,
    repetition: i16,
}

impl Levels {
    fn optional(self) -> Self {
        Self {
            definition: self.definition + 1,
            ..self
        }
    }

    fn repeated(self) -> Self {
        Self {
            definition: self.definition + 1,
            repetition: self.repetition + 1,
        }
    }

    fn items(self) -> ItemLevels {
        ItemLevels {
            definition: self.definition,
            repetition: self.repetition,
        }
    }
}

impl Builder {
    /// A field with its repetition.
    fn field(&mut self, field: &Type, levels: Levels, depth: u32) -> Result<Node, String> {
        match repetition(field) {
            Repetition::REQUIRED => self.content(field, levels, false, depth),
            Repetition::OPTIONAL => self.content(field, levels.optional(), true, depth),
            Repetition::REPEATED => {
                let element = self.content(field, levels.repeated(), false, depth)?;
                Ok(list(field.name(), element, false, levels))
            }
        }
    }

    /// A field without its repetition.
    fn content(
        &mut self,
        field: &Type,
        levels: Levels,
        nullable: bool,
        depth: u32,
    ) -> Result<Node, String> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| format!("types nested deeper than {DEPTH}"))?;
        let first = self.leaf;
        let info = field.get_basic_info();
        let (logical, converted) = (info.logical_type_ref(), info.converted_type());
        let shape = match field {
            Type::PrimitiveType { .. } => {
                let leaf = Leaf::new(field)?;
                self.leaf += 1;
                Shape::Leaf(leaf)
            }
            Type::GroupType { fields, .. } => {
                let is_list =
                    logical == Some(&LogicalType::List) || converted == ConvertedType::LIST;
                let is_map = logical == Some(&LogicalType::Map)
                    || matches!(converted, ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE);
                let repeated = match &fields[..] {
                    [only] if repetition(only) == Repetition::REPEATED => Some(&**only),
                    _ => None,
                };
                match repeated {
                    _ if matches!(logical, Some(LogicalType::Variant(_))) => {
                        return Err("VARIANT".to_owned());
                    }
                    Some(items) if is_list => {
                        let inner = levels.repeated();
                        let element = match items {
                            Type::GroupType { fields, .. } if !is_element(items, field) => {
                                self.field(&fields[0], inner, depth)?
                            }
                            _ => self.content(items, inner, false, depth)?,
                        };
                        return Ok(list(field.name(), element, nullable, levels));
                    }
                    Some(items) if is_map => {
                        return self.map(field.name(), items, levels, nullable, depth);
                    }
                    _ if is_list => return Err("a list of unknown form".to_owned()),
                    _ if is_map => return Err("a map of unknown form".to_owned()),
                    _ => Shape::Struct(self.members(fields, levels, depth)?),
                }
            }
        };
        Ok(Node {
            name: field.name().to_owned(),
            nullable,
            definition: levels.definition,
            leaves: first..self.leaf,
            shape,
        })
    }

    fn members(
        &mut self,
        fields: &[parquet::schema::types::TypePtr],
        levels: Levels,
        depth: u32,
    ) -> Result<Vec<Node>, String> {
        if fields.is_empty() {
            return Err("a struct without members".to_owned());
        }
        let mut members = Vec::with_capacity(fields.len());
        for member in fields {
            members.push(self.field(member, levels, depth)?);
        }
        members.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
        if let Some(pair) = members.windows(2).find(|pair| pair[0].name == pair[1].name) {
            return Err(format!("a struct with two members \"{}\"", pair[0].name));
        }
        Ok(members)
    }

    /// A map: an object where its keys are text, else a list of keys, or of structs of a key and a value.
    fn map(
        &mut self,
        name: &str,
        pairs: &Type,
        levels: Levels,
        nullable: bool,
        depth: u32,
    ) -> Result<Node, String> {
        let first = self.leaf;
        let inner = levels.repeated();
        let Type::GroupType { fields, .. } = pairs else {
            return Err("a map of unknown form".to_owned());
        };
        let element = match &fields[..] {
            [key] => self.field(key, inner, depth)?,
            [key, value] => {
                let mut key = self.field(key, inner, depth)?;
                let mut value = self.field(value, inner, depth)?;
                let leaves = first..self.leaf;
                if matches!(key.shape, Shape::Leaf(Leaf::Text)) && !key.nullable {
                    return Ok(Node {
                        name: name.to_owned(),
                        nullable,
                        definition: levels.definition,
                        leaves,
                        shape: Shape::Map(Box::new([key, value]), inner.items()),
                    });
                }
                "key".clone_into(&mut key.name);
                "value".clone_into(&mut value.name);
                Node {
                    name: pairs.name().to_owned(),
                    nullable: false,
                    definition: inner.definition,
                    leaves,
                    shape: Shape::Struct(vec![key, value]),
                }
            }
            _ => return Err("a map of unknown form".to_owned()),
        };
        Ok(list(name, element, nullable, levels))
    }
}

fn list(name: &str, element: Node, nullable: bool, levels: Levels) -> Node {
    Node {
        name: name.to_owned(),
        nullable,
        definition: levels.definition,
        leaves: element.leaves.clone(),
        shape: Shape::List(Box::new(Items {
            element,
            levels: levels.repeated().items(),
        })),
    }
}

/// Whether a list's repeated group is its element, and not a wrapper of it (parquet-format, "Lists").
fn is_element(items: &Type, list: &Type) -> bool {
    let Type::GroupType { fields, .. } = items else {
        return true;
    };
    match &fields[..] {
        [only] => {
            repetition(only) == Repetition::REPEATED
                || items.name() == "array"
                || items.name() == format!("{}_tuple", list.name())
        }
        _ => true,
    }
}

fn repetition(field: &Type) -> Repetition {
    let info = field.get_basic_info();
    if info.has_repetition() {
        info.repetition()
    } else {
        Repetition::REQUIRED
    }
}
