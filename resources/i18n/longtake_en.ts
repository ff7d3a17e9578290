<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en">
<context>
    <name>Conversation</name>
    <message numerus="yes">
        <source>%1 of %n citation(s) confirmed when looked at alone.</source>
        <translation>
            <numerusform>%1 of %n citation confirmed when looked at alone.</numerusform>
            <numerusform>%1 of %n citations confirmed when looked at alone.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n video</numerusform>
            <numerusform>%n videos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them not seen to the end</source>
        <translation>
            <numerusform>%n of them not seen to the end</numerusform>
            <numerusform>%n of them not seen to the end</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Library</name>
    <message numerus="yes">
        <source>nor at %n other place(s)</source>
        <translation>
            <numerusform>nor at %n other place</numerusform>
            <numerusform>nor at %n other places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MarkerCommands</name>
    <message numerus="yes">
        <source>Remove %n Marker(s)</source>
        <translation>
            <numerusform>Remove %n Marker</numerusform>
            <numerusform>Remove %n Markers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::AboutDialog</name>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n video</numerusform>
            <numerusform>%n videos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::ConversationSwitcher</name>
    <message numerus="yes">
        <source>Its %n question(s), with their answers and your verdicts, cannot be brought back. Videos, memories and markers stay.</source>
        <translation>
            <numerusform>Its %n question, with its answers and your verdicts, cannot be brought back. Videos, memories and markers stay.</numerusform>
            <numerusform>Its %n questions, with their answers and your verdicts, cannot be brought back. Videos, memories and markers stay.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Find %n Older One(s)…</source>
        <translation>
            <numerusform>Find %n Older One…</numerusform>
            <numerusform>Find %n Older Ones…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::FileAdder</name>
    <message numerus="yes">
        <source>%n video(s) added</source>
        <translation>
            <numerusform>%n video added</numerusform>
            <numerusform>%n videos added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n video(s) already there</source>
        <translation>
            <numerusform>%n video already there</numerusform>
            <numerusform>%n videos already there</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) not added</source>
        <translation>
            <numerusform>%n file not added</numerusform>
            <numerusform>%n files not added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) were not added: another library was chosen.</source>
        <translation>
            <numerusform>%n file was not added: another library was chosen.</numerusform>
            <numerusform>%n files were not added: another library was chosen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::GoToTime</name>
    <message numerus="yes">
        <source>A second of this video has only %n frame(s)</source>
        <translation>
            <numerusform>A second of this video has only %n frame</numerusform>
            <numerusform>A second of this video has only %n frames</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::LibraryPanel</name>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n video</numerusform>
            <numerusform>%n videos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::QueueStrip</name>
    <message numerus="yes">
        <source>%n to watch</source>
        <translation>
            <numerusform>%n to watch</numerusform>
            <numerusform>%n to watch</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::RemovalBox</name>
    <message numerus="yes">
        <source>Remove %n video(s)?</source>
        <translation>
            <numerusform>Remove %n video?</numerusform>
            <numerusform>Remove %n videos?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::ScopePicker</name>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n video</numerusform>
            <numerusform>%n videos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::TroubleCard</name>
    <message numerus="yes">
        <source>Show %n More</source>
        <translation>
            <numerusform>Show %n More</numerusform>
            <numerusform>Show %n More</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::TurnView</name>
    <message numerus="yes">
        <source>%n earlier answer(s)</source>
        <translation>
            <numerusform>%n earlier answer</numerusform>
            <numerusform>%n earlier answers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::VideoChooser</name>
    <message numerus="yes">
        <source>%n video(s) ticked</source>
        <translation>
            <numerusform>%n video ticked</numerusform>
            <numerusform>%n videos ticked</numerusform>
        </translation>
    </message>
</context>
</TS>
