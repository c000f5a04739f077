CREATE INDEX describes_of IF NOT EXISTS FOR ()-[d:DESCRIBES]-() ON (d.of, d.compartment);
CREATE INDEX linked_to_code IF NOT EXISTS FOR ()-[k:LINKED_TO]-() ON (k.code, k.compartment);
CREATE INDEX report_compartment IF NOT EXISTS FOR (r:Report) ON (r.compartment);
CREATE INDEX report_chain IF NOT EXISTS FOR (r:Report) ON (r.chain);
CREATE INDEX act_chain IF NOT EXISTS FOR (a:Act) ON (a.chain);
CREATE INDEX message_compartment IF NOT EXISTS FOR (m:Message) ON (m.compartment);
CREATE INDEX act_office_key IF NOT EXISTS FOR (a:Act) ON (a.officeKey);
CREATE INDEX report_note IF NOT EXISTS FOR (r:Report) ON (r.noteObject);
