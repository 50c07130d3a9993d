import { Migration } from '@mikro-orm/migrations';

export class Migration20261124131239 extends Migration {

  override name = 'Migration20261124131239';

  override up(): void | Promise<void> {
    this.addSql(`create table \`bulletin\` (\`id\` integer not null primary key autoincrement, \`code\` text not null, \`kind\` text not null, \`state\` text not null, \`training\` integer not null, \`content\` json not null, \`audience\` json not null, \`version\` integer not null, \`library_id\` text null, \`written_by\` integer not null, \`submitted_by\` integer null, \`approved_by\` integer null, \`rule\` json null, \`next_at\` datetime null, \`series\` json null, \`times_sent\` integer not null, \`plan\` json null, \`made_from\` integer null, \`about\` integer null, \`about_code\` text null, \`relation\` text null, \`fan_out_after\` text null, \`changing\` text null, \`changed_up_to\` integer null, \`state_before\` text null, \`created_at\` datetime not null, \`changed_at\` datetime not null, \`published_at\` datetime null, \`finished_at\` datetime null, \`withdrawn_at\` datetime null);`);
    this.addSql(`create unique index \`bulletin_code_unique\` on \`bulletin\` (\`code\`);`);
    this.addSql(`create index \`bulletin_state_next_at_index\` on \`bulletin\` (\`state\`, \`next_at\`);`);
    this.addSql(`create index \`bulletin_published_at_index\` on \`bulletin\` (\`published_at\`);`);
    this.addSql(`create index \`bulletin_about_index\` on \`bulletin\` (\`about\`);`);

    this.addSql(`create table \`bulletin_history\` (\`id\` integer not null primary key autoincrement, \`bulletin_id\` integer not null, \`at\` datetime not null, \`by\` integer null, \`deed\` text not null, \`note\` text null, \`version\` integer not null, \`content\` json null, \`audience\` json null);`);
    this.addSql(`create index \`bulletin_history_bulletin_id_id_index\` on \`bulletin_history\` (\`bulletin_id\`, \`id\`);`);

    this.addSql(`create table \`bulletin_post\` (\`id\` integer not null primary key autoincrement, \`bulletin_id\` integer not null, \`place\` text not null, \`state\` text not null, \`task\` text not null, \`lane\` text not null, \`due_at\` datetime null, \`attempts\` integer not null default 0, \`leased_until\` datetime null, \`memory\` json not null, \`link\` text null, \`last_problem\` text null);`);
    this.addSql(`create index \`bulletin_post_due_at_index\` on \`bulletin_post\` (\`due_at\`);`);
    this.addSql(`create index \`bulletin_post_lane_id_index\` on \`bulletin_post\` (\`lane\`, \`id\`);`);
    this.addSql(`create unique index \`bulletin_post_bulletin_id_place_unique\` on \`bulletin_post\` (\`bulletin_id\`, \`place\`);`);

    this.addSql(`create table \`delivery\` (\`id\` integer not null primary key autoincrement, \`bulletin_id\` integer not null, \`channel\` text not null, \`address_key\` text null, \`state\` text not null, \`task\` text not null default 'send', \`why\` text null, \`due_at\` datetime not null, \`attempts\` integer not null default 0, \`message_id\` text null, \`done_at\` datetime null);`);
    this.addSql(`create index \`delivery_bulletin_id_channel_due_at_id_index\` on \`delivery\` (\`bulletin_id\`, \`channel\`, \`due_at\`, \`id\`) where \`state\` = 'due';`);
    this.addSql(`create index \`delivery_bulletin_id_channel_due_at_address_key_index\` on \`delivery\` (\`bulletin_id\`, \`channel\`, \`due_at\`, \`address_key\`) where \`state\` = 'digest';`);
    this.addSql(`create index \`delivery_channel_id_index\` on \`delivery\` (\`channel\`, \`id\`) where \`state\` = 'on-the-wire';`);
    this.addSql(`create unique index \`delivery_bulletin_id_address_key_unique\` on \`delivery\` (\`bulletin_id\`, \`address_key\`);`);

    this.addSql(`create table \`delivery_count\` (\`bulletin_id\` integer not null, \`channel\` text not null, \`state\` text not null, \`why\` text not null, \`n\` integer not null, primary key (\`bulletin_id\`, \`channel\`, \`state\`, \`why\`));`);

    this.addSql(`create table \`officer\` (\`id\` integer not null primary key autoincrement, \`name\` text not null, \`role\` text not null, \`localities\` json not null, \`language\` text not null, \`ended_at\` datetime null, \`address_key\` text null, \`sealed\` text null, \`link_tag\` text null, \`link_until\` datetime null);`);
    this.addSql(`create unique index \`officer_name_unique\` on \`officer\` (\`name\`);`);
    this.addSql(`create unique index \`officer_address_key_unique\` on \`officer\` (\`address_key\`);`);

    this.addSql(`create table \`officer_message\` (\`id\` integer not null primary key autoincrement, \`officer_id\` integer not null, \`bulletin_id\` integer not null, \`channel\` text not null, \`address_key\` text not null, \`state\` text not null, \`message_id\` text null, \`shown\` text not null);`);
    this.addSql(`create index \`officer_message_state_channel_index\` on \`officer_message\` (\`state\`, \`channel\`);`);
    this.addSql(`create unique index \`officer_message_bulletin_id_officer_id_unique\` on \`officer_message\` (\`bulletin_id\`, \`officer_id\`);`);

    this.addSql(`create table \`push_subscription\` (\`endpoint_key\` text not null primary key, \`address_key\` text not null, \`sealed\` text not null, \`language\` text not null, \`agreed_at\` datetime not null);`);
    this.addSql(`create index \`push_subscription_address_key_index\` on \`push_subscription\` (\`address_key\`);`);

    this.addSql(`create table \`subscriber_place\` (\`commune\` text not null, \`address_key\` text not null, primary key (\`commune\`, \`address_key\`));`);
    this.addSql(`create index \`subscriber_place_address_key_commune_index\` on \`subscriber_place\` (\`address_key\`, \`commune\`);`);

    this.addSql(`alter table \`subscriber\` add column \`topic_bits\` integer not null default 0;`);
    this.addSql(`alter table \`subscriber\` add column \`everywhere\` integer not null default true;`);
    this.addSql(`alter table \`subscriber\` add column \`level\` integer not null default 0;`);
    this.addSql(`alter table \`subscriber\` add column \`frequency\` text not null default 'at-once';`);
    this.addSql(`create index \`subscriber_audience_index\` on \`subscriber\` (\`channel\`, \`everywhere\`, \`frequency\`, \`level\`, \`quiet_from\`, \`quiet_to\`, \`topic_bits\`, \`left_at\`);`);
    this.addSql(`create index \`subscriber_fan_out_index\` on \`subscriber\` (\`address_key\`, \`channel\`, \`everywhere\`, \`frequency\`, \`level\`, \`quiet_from\`, \`quiet_to\`, \`topic_bits\`, \`left_at\`);`);
    // Who subscribed before is counted like the others; by hand.
    this.addSql(`update subscriber set topic_bits = (case when topics like '%"scams"%' then 1 else 0 end) + (case when topics like '%"traffic"%' then 2 else 0 end) + (case when topics like '%"drugs"%' then 4 else 0 end) + (case when topics like '%"children"%' then 8 else 0 end) + (case when topics like '%"law"%' then 16 else 0 end) + (case when topics like '%"warnings"%' then 32 else 0 end), everywhere = (localities = '[]');`);
    this.addSql(`insert into subscriber_place (commune, address_key) select distinct place.value, subscriber.address_key from subscriber, json_each(subscriber.localities) as place;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`bulletin\`;`);
    this.addSql(`drop table if exists \`bulletin_history\`;`);
    this.addSql(`drop table if exists \`bulletin_post\`;`);
    this.addSql(`drop table if exists \`delivery\`;`);
    this.addSql(`drop table if exists \`delivery_count\`;`);
    this.addSql(`drop table if exists \`officer\`;`);
    this.addSql(`drop table if exists \`officer_message\`;`);
    this.addSql(`drop table if exists \`push_subscription\`;`);
    this.addSql(`drop table if exists \`subscriber_place\`;`);

    this.addSql(`drop index \`subscriber_audience_index\`;`);
    this.addSql(`drop index \`subscriber_fan_out_index\`;`);
    this.addSql(`alter table \`subscriber\` drop column \`topic_bits\`;`);
    this.addSql(`alter table \`subscriber\` drop column \`everywhere\`;`);
    this.addSql(`alter table \`subscriber\` drop column \`level\`;`);
    this.addSql(`alter table \`subscriber\` drop column \`frequency\`;`);
  }

}
