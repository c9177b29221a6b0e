<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ConfirmDialog</name>
    <message numerus="yes">
        <source>Next try in %n second(s).</source>
        <translation>
            <numerusform>Next try in %n second.</numerusform>
            <numerusform>Next try in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DeliveryRow</name>
    <message numerus="yes">
        <source>%n attempt(s)</source>
        <translation>
            <numerusform>%n attempt</numerusform>
            <numerusform>%n attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DraftsCard</name>
    <message numerus="yes">
        <source>%n unfinished enrollment(s)</source>
        <translation>
            <numerusform>%n unfinished enrollment</numerusform>
            <numerusform>%n unfinished enrollments</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EarlierPanel</name>
    <message numerus="yes">
        <source>%n decision(s).</source>
        <translation>
            <numerusform>%n decision.</numerusform>
            <numerusform>%n decisions.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EnablingPanel</name>
    <message numerus="yes">
        <source>%n finger(s) are enrolled on this terminal. It cannot mix formats: delete them on the terminal first, then the format can be changed, and they must be enrolled again.</source>
        <translation>
            <numerusform>%n finger is enrolled on this terminal. It cannot mix formats: delete it on the terminal first, then the format can be changed, and it must be enrolled again.</numerusform>
            <numerusform>%n fingers are enrolled on this terminal. It cannot mix formats: delete them on the terminal first, then the format can be changed, and they must be enrolled again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Footer</name>
    <message numerus="yes">
        <source>%n delivery(s) waiting for a device</source>
        <translation>
            <numerusform>%n delivery waiting for a device</numerusform>
            <numerusform>%n deliveries waiting for a device</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JournalView</name>
    <message numerus="yes">
        <source>The latest %n act(s).</source>
        <translation>
            <numerusform>The latest %n act.</numerusform>
            <numerusform>The latest %n acts.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n act(s)</source>
        <translation>
            <numerusform>%n act</numerusform>
            <numerusform>%n acts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LivePanel</name>
    <message numerus="yes">
        <source>The journal cannot be written: %n decision(s) wait. Is the disk full?</source>
        <translation>
            <numerusform>The journal cannot be written: %n decision waits. Is the disk full?</numerusform>
            <numerusform>The journal cannot be written: %n decisions wait. Is the disk full?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message numerus="yes">
        <source>%n erasure(s) not confirmed yet</source>
        <translation>
            <numerusform>%n erasure not confirmed yet</numerusform>
            <numerusform>%n erasures not confirmed yet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonDetail</name>
    <message numerus="yes">
        <source>%n try(s)</source>
        <translation>
            <numerusform>%n try</numerusform>
            <numerusform>%n tries</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SectionView</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) exported.</source>
        <translation>
            <numerusform>%n row exported.</numerusform>
            <numerusform>%n rows exported.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SignInForm</name>
    <message numerus="yes">
        <source>Next try in %n second(s).</source>
        <translation>
            <numerusform>Next try in %n second.</numerusform>
            <numerusform>Next try in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StartScreen</name>
    <message numerus="yes">
        <source>, %n sample(s)</source>
        <translation>
            <numerusform>, %n sample</numerusform>
            <numerusform>, %n samples</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UnlockDialog</name>
    <message numerus="yes">
        <source>Next try in %n second(s).</source>
        <translation>
            <numerusform>Next try in %n second.</numerusform>
            <numerusform>Next try in %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_PassphrasePage</name>
    <message numerus="yes">
        <source>Use at least %n character(s).</source>
        <translation>
            <numerusform>Use at least %n character.</numerusform>
            <numerusform>Use at least %n characters.</numerusform>
        </translation>
    </message>
</context>
</TS>
