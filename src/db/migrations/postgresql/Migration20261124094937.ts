import { Migration } from '@mikro-orm/migrations';

export class Migration20261124094937 extends Migration {

  override name = 'Migration20261124094937';

  override up(): void | Promise<void> {
    this.addSql(`create table "pattern" ("tag" varchar(40) not null, "tip_id" varchar(36) not null, "kind" varchar(10) not null, "day" varchar(10) not null, primary key ("tag", "tip_id"));`);
    this.addSql(`create index "pattern_tip_id_index" on "pattern" ("tip_id");`);
    this.addSql(`create index "pattern_day_index" on "pattern" ("day");`);

    this.addSql(`drop index "reply_until_index";`);

    this.addSql(`alter table "thread_message" add "delivery" varchar(16) null;`);

    this.addSql(`alter table "tip" add "patterns" jsonb not null default '[]';`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "pattern" cascade;`);

    this.addSql(`create index "reply_until_index" on "reply" ("until");`);

    this.addSql(`alter table "thread_message" drop column "delivery";`);

    this.addSql(`alter table "tip" drop column "patterns";`);
  }

}
