CREATE TABLE `message_day` (
    `day` CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `kind` VARCHAR(16) NOT NULL,
    `messages` INTEGER NOT NULL,
    PRIMARY KEY (`day`, `kind`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `user_activity` ADD INDEX `user_activity_seen` (`lastSeenAt`);
