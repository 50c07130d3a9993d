import { Migration } from '@mikro-orm/migrations';

export class Migration20261124094935 extends Migration {

  override name = 'Migration20261124094935';

  override up(): void | Promise<void> {
    this.addSql(`create table \`pattern\` (\`tag\` text not null, \`tip_id\` text not null, \`kind\` text not null, \`day\` text not null, primary key (\`tag\`, \`tip_id\`));`);
    this.addSql(`create index \`pattern_tip_id_index\` on \`pattern\` (\`tip_id\`);`);
    this.addSql(`create index \`pattern_day_index\` on \`pattern\` (\`day\`);`);

    this.addSql(`drop index \`reply_until_index\`;`);

    this.addSql(`alter table \`thread_message\` add column \`delivery\` text null;`);

    this.addSql(`alter table \`tip\` add column \`patterns\` json not null default '[]';`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`pattern\`;`);

    this.addSql(`create index \`reply_until_index\` on \`reply\` (\`until\`);`);

    this.addSql(`alter table \`thread_message\` drop column \`delivery\`;`);

    this.addSql(`alter table \`tip\` drop column \`patterns\`;`);
  }

}
