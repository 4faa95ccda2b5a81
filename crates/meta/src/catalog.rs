//! All declarations of a site, merged and checked.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use qudao_base::{Fault, Result};

use crate::{Dashboard, DemoData, Field, Menu, Object, Pack, Role, Setting, Text, check};

/// The texts of one pack, as shipped in the binary or read from a folder.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// `pack.toml`.
    pub pack: String,
    /// Every `<object>.toml`.
    pub objects: Vec<String>,
    /// Every dashboard.
    pub dashboards: Vec<String>,
    /// `demo.toml`, if any.
    pub demo: Option<String>,
}

/// Everything declared. Immutable once built.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    objects: Vec<Arc<Object>>,
    by_name: HashMap<String, usize>,
    children: HashMap<String, Vec<Arc<Object>>>,
    /// Packs in load order.
    pub packs: Vec<String>,
    /// Roles in load order.
    pub roles: Vec<Role>,
    /// Menu groups by position.
    pub menus: Vec<Menu>,
    /// Settings by name.
    pub settings: BTreeMap<String, Setting>,
    /// Refusal texts by code.
    pub refusals: BTreeMap<String, Text>,
    /// Dashboards in load order.
    pub dashboards: Vec<Dashboard>,
    /// Demo rows in load order.
    pub demo: DemoData,
    /// Name of the object users belong to, if one is declared.
    pub organisation: Option<String>,
}

fn read<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let head = text
            .lines()
            .find(|line| line.starts_with("name"))
            .unwrap_or_default();
        Fault::from_error(format!("{what} ({head}) cannot be read"), error).into()
    })
}

impl Catalog {
    /// Reads, completes and checks all packs.
    ///
    /// # Errors
    /// A fault that lists every problem found, each with pack, object and field.
    pub fn build(sources: &[Source]) -> Result<Self> {
        let mut catalog = Self::default();
        let mut problems = Vec::new();
        let mut objects: Vec<(String, Object)> = Vec::new();
        for source in sources {
            let pack: Pack = read("pack", &source.pack)?;
            for text in &source.objects {
                objects.push((pack.name.clone(), read("object", text)?));
            }
            for text in &source.dashboards {
                catalog.dashboards.push(read("dashboard", text)?);
            }
            if let Some(text) = &source.demo {
                catalog
                    .demo
                    .rows
                    .extend(read::<DemoData>("demo", text)?.rows);
            }
            for missing in pack
                .depends
                .iter()
                .filter(|name| !catalog.packs.contains(name))
            {
                problems.push(format!(
                    "pack {}: needs {missing}, which is not loaded before it",
                    pack.name
                ));
            }
            catalog.take_pack(pack);
        }
        catalog.organisation = objects
            .iter()
            .find(|(_, object)| object.organisation)
            .map(|(_, object)| object.name.clone());
        let organisation = catalog
            .organisation
            .clone()
            .unwrap_or_else(|| "user".to_owned());
        for (pack, mut object) in objects {
            object.complete(&pack, &organisation);
            catalog.take_object(object, &mut problems);
        }
        check::check(&catalog, &mut problems);
        if problems.is_empty() {
            Ok(catalog)
        } else {
            Err(Fault::new(problems.join("\n")).into())
        }
    }

    fn take_object(&mut self, object: Object, problems: &mut Vec<String>) {
        let object = Arc::new(object);
        let earlier = self.by_name.insert(object.name.clone(), self.objects.len());
        if earlier.is_some() {
            problems.push(format!("object {}: declared twice", object.name));
        }
        if let Some(child) = &object.child_of {
            let children = self.children.entry(child.object.clone()).or_default();
            children.push(Arc::clone(&object));
        }
        self.objects.push(object);
    }

    fn take_pack(&mut self, pack: Pack) {
        self.packs.push(pack.name);
        self.roles.extend(pack.roles);
        self.menus.extend(pack.menus);
        self.menus.sort_by_key(|menu| menu.order);
        self.settings.extend(
            pack.settings
                .into_iter()
                .map(|setting| (setting.name.clone(), setting)),
        );
        self.refusals.extend(pack.refusal);
    }

    /// The object of the name.
    pub fn object(&self, name: &str) -> Option<&Arc<Object>> {
        self.by_name.get(name).map(|&at| &self.objects[at])
    }

    /// The object of the name; a fault when the code asks for one that is not declared.
    pub fn require(&self, name: &str) -> Result<&Arc<Object>> {
        self.object(name)
            .ok_or_else(|| Fault::new(format!("no object {name} is declared")).into())
    }

    /// All objects in load order.
    pub fn objects(&self) -> &[Arc<Object>] {
        &self.objects
    }

    /// Child tables of the object.
    pub fn children(&self, name: &str) -> &[Arc<Object>] {
        self.children.get(name).map_or(&[], Vec::as_slice)
    }

    /// The field a path of one or two steps leads to, with the object it stands in.
    pub fn resolve<'a>(
        &'a self,
        object: &'a Object,
        path: &[String],
    ) -> Option<(&'a Object, &'a Field)> {
        match path {
            [own] => object.field(own).map(|field| (object, field)),
            [link, far] => {
                let target = self.object(object.field(link)?.to.as_deref()?)?;
                target.field(far).map(|field| (target.as_ref(), field))
            }
            _ => None,
        }
    }
}
