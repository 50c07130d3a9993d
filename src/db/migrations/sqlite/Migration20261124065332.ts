import { Migration } from '@mikro-orm/migrations';

export class Migration20261124065332 extends Migration {

  override name = 'Migration20261124065332';

  override up(): void | Promise<void> {
    this.addSql(`create table \`address_link\` (\`tip_id\` text not null primary key, \`link_key\` text not null, \`sealed\` text not null, \`expires_on\` text not null);`);
    this.addSql(`create index \`address_link_link_key_index\` on \`address_link\` (\`link_key\`);`);
    this.addSql(`create index \`address_link_expires_on_index\` on \`address_link\` (\`expires_on\`);`);

    this.addSql(`create table \`attachment\` (\`id\` integer not null primary key autoincrement, \`public_id\` text not null, \`tip_id\` text not null, \`lane\` text not null, \`due_at\` datetime null, \`attempts\` integer not null default 0, \`leased_until\` datetime null, \`state\` text not null, \`source\` text null, \`sealed_about\` text null, \`copy_bytes\` integer not null default 0, \`original_bytes\` integer not null default 0);`);
    this.addSql(`create index \`attachment_tip_id_id_index\` on \`attachment\` (\`tip_id\`, \`id\`);`);
    this.addSql(`create index \`attachment_due_at_index\` on \`attachment\` (\`due_at\`);`);
    this.addSql(`create index \`attachment_lane_id_index\` on \`attachment\` (\`lane\`, \`id\`);`);
    this.addSql(`create unique index \`attachment_public_id_unique\` on \`attachment\` (\`public_id\`);`);

    this.addSql(`create table \`chat_line\` (\`id\` integer not null primary key autoincrement, \`address_key\` text not null, \`from\` text not null, \`once\` text not null, \`sealed\` text not null, \`until\` datetime not null);`);
    this.addSql(`create index \`chat_line_address_key_id_index\` on \`chat_line\` (\`address_key\`, \`id\`);`);
    this.addSql(`create index \`chat_line_until_index\` on \`chat_line\` (\`until\`);`);
    this.addSql(`create unique index \`chat_line_address_key_once_unique\` on \`chat_line\` (\`address_key\`, \`once\`);`);

    this.addSql(`create table \`conversation\` (\`address_key\` text not null primary key, \`memory\` text not null, \`memory_until\` datetime not null, \`standing\` text null, \`standing_until\` datetime null);`);
    this.addSql(`create index \`conversation_memory_until_index\` on \`conversation\` (\`memory_until\`);`);
    this.addSql(`create index \`conversation_standing_until_index\` on \`conversation\` (\`standing_until\`);`);

    this.addSql(`create table \`counter\` (\`day\` text not null, \`what\` text not null, \`count\` integer not null, primary key (\`day\`, \`what\`));`);

    this.addSql(`create table \`handoff\` (\`id\` integer not null primary key autoincrement, \`webhook_id\` text not null, \`type\` text not null, \`on\` text not null, \`tip_id\` text not null, \`message_id\` integer null, \`attachment_id\` integer null, \`lane\` text not null, \`due_at\` datetime null, \`attempts\` integer not null default 0, \`leased_until\` datetime null, \`state\` text not null, \`last_problem\` text null, \`reference\` text null);`);
    this.addSql(`create index \`handoff_due_at_index\` on \`handoff\` (\`due_at\`);`);
    this.addSql(`create index \`handoff_lane_id_index\` on \`handoff\` (\`lane\`, \`id\`);`);
    this.addSql(`create index \`handoff_tip_id_index\` on \`handoff\` (\`tip_id\`);`);
    this.addSql(`create index \`handoff_state_index\` on \`handoff\` (\`state\`);`);
    this.addSql(`create unique index \`handoff_webhook_id_unique\` on \`handoff\` (\`webhook_id\`);`);

    this.addSql(`create table \`lease\` (\`name\` text not null primary key, \`holder\` text not null, \`held_until\` bigint not null);`);

    this.addSql(`create table \`pause\` (\`account\` text not null primary key, \`until\` datetime not null);`);

    this.addSql(`create table \`reply\` (\`id\` integer not null primary key autoincrement, \`channel\` text not null, \`lane\` text not null, \`due_at\` datetime null, \`attempts\` integer not null default 0, \`leased_until\` datetime null, \`sealed\` text not null, \`once\` text not null, \`until\` datetime not null);`);
    this.addSql(`create index \`reply_due_at_index\` on \`reply\` (\`due_at\`);`);
    this.addSql(`create index \`reply_lane_id_index\` on \`reply\` (\`lane\`, \`id\`);`);
    this.addSql(`create index \`reply_until_index\` on \`reply\` (\`until\`);`);

    this.addSql(`create table \`run\` (\`key\` text not null primary key, \`job\` text not null, \`started_at\` datetime not null, \`finished_at\` datetime null);`);
    this.addSql(`create index \`run_job_started_at_index\` on \`run\` (\`job\`, \`started_at\`);`);

    this.addSql(`create table \`seen\` (\`source\` text not null, \`update_id\` text not null, \`at\` datetime not null, primary key (\`source\`, \`update_id\`));`);
    this.addSql(`create index \`seen_at_index\` on \`seen\` (\`at\`);`);

    this.addSql(`create table \`set_aside\` (\`id\` integer not null primary key autoincrement, \`lane\` text not null, \`due_at\` datetime null, \`attempts\` integer not null default 0, \`leased_until\` datetime null, \`once\` text not null, \`sealed\` text not null, \`until\` datetime not null);`);
    this.addSql(`create index \`set_aside_due_at_index\` on \`set_aside\` (\`due_at\`);`);
    this.addSql(`create index \`set_aside_lane_id_index\` on \`set_aside\` (\`lane\`, \`id\`);`);
    this.addSql(`create index \`set_aside_until_index\` on \`set_aside\` (\`until\`);`);

    this.addSql(`create table \`subscriber\` (\`address_key\` text not null primary key, \`channel\` text not null, \`sealed\` text not null, \`language\` text not null, \`topics\` json not null, \`localities\` json not null, \`quiet_from\` integer not null, \`quiet_to\` integer not null, \`agreed_at\` datetime not null, \`agreed_to\` text not null, \`left_at\` datetime null);`);

    this.addSql(`create table \`thread_message\` (\`id\` integer not null primary key autoincrement, \`public_id\` text not null, \`tip_id\` text not null, \`from\` text not null, \`kind\` text not null, \`on\` text not null, \`for_units\` text not null, \`for_reporter\` text null);`);
    this.addSql(`create index \`thread_message_tip_id_id_index\` on \`thread_message\` (\`tip_id\`, \`id\`);`);
    this.addSql(`create unique index \`thread_message_public_id_unique\` on \`thread_message\` (\`public_id\`);`);

    this.addSql(`create table \`tip\` (\`id\` text not null primary key, \`locator\` text not null, \`access_hash\` text not null, \`reporter_recipient\` text not null, \`status\` text not null, \`category\` text not null, \`commune\` text null, \`source\` text not null, \`received_on\` text not null, \`transfer_by\` text not null, \`notice_by\` text not null, \`decide_by\` text not null, \`unit\` text not null, \`units\` json not null, \`sealed\` text not null);`);
    this.addSql(`create index \`tip_status_received_on_index\` on \`tip\` (\`status\`, \`received_on\`);`);
    this.addSql(`create index \`tip_received_on_index\` on \`tip\` (\`received_on\`);`);
    this.addSql(`create unique index \`tip_locator_unique\` on \`tip\` (\`locator\`);`);

    this.addSql(`create table \`tip_history\` (\`id\` integer not null primary key autoincrement, \`tip_id\` text not null, \`on\` text not null, \`from\` text null, \`to\` text not null, \`by\` text not null, \`reason\` text null);`);
    this.addSql(`create index \`tip_history_tip_id_id_index\` on \`tip_history\` (\`tip_id\`, \`id\`);`);

    this.addSql(`create table \`wrong_code\` (\`who\` text not null primary key, \`tries\` integer not null, \`wait_until\` datetime not null, \`until\` datetime not null);`);
    this.addSql(`create index \`wrong_code_until_index\` on \`wrong_code\` (\`until\`);`);

    this.addSql(`create table \`zalo_signature\` (\`name\` text not null primary key, \`count\` integer not null, \`last_at\` datetime not null);`);

    this.addSql(`create table \`zalo_token\` (\`oa_id\` text not null primary key, \`sealed\` text not null, \`version\` integer not null, \`access_until\` datetime null, \`since\` datetime not null, \`leased_until\` bigint not null default '0', \`holder\` text null, \`begun_at\` datetime null, \`refused_at\` datetime null, \`seeds\` text not null);`);

    this.addSql(`create table \`zalo_window\` (\`address_key\` text not null primary key, \`last_interaction_at\` datetime null, \`closed_at\` datetime null, \`offers\` text null);`);
    this.addSql(`create index \`zalo_window_last_interaction_at_index\` on \`zalo_window\` (\`last_interaction_at\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`address_link\`;`);
    this.addSql(`drop table if exists \`attachment\`;`);
    this.addSql(`drop table if exists \`chat_line\`;`);
    this.addSql(`drop table if exists \`conversation\`;`);
    this.addSql(`drop table if exists \`counter\`;`);
    this.addSql(`drop table if exists \`handoff\`;`);
    this.addSql(`drop table if exists \`lease\`;`);
    this.addSql(`drop table if exists \`pause\`;`);
    this.addSql(`drop table if exists \`reply\`;`);
    this.addSql(`drop table if exists \`run\`;`);
    this.addSql(`drop table if exists \`seen\`;`);
    this.addSql(`drop table if exists \`set_aside\`;`);
    this.addSql(`drop table if exists \`subscriber\`;`);
    this.addSql(`drop table if exists \`thread_message\`;`);
    this.addSql(`drop table if exists \`tip\`;`);
    this.addSql(`drop table if exists \`tip_history\`;`);
    this.addSql(`drop table if exists \`wrong_code\`;`);
    this.addSql(`drop table if exists \`zalo_signature\`;`);
    this.addSql(`drop table if exists \`zalo_token\`;`);
    this.addSql(`drop table if exists \`zalo_window\`;`);
  }

}
