ALTER TABLE `conversation` ADD INDEX `conversation_deleted` (`deletedAt`);
