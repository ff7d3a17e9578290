<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>&amp;Open Files…</source>
        <translation>&amp;Dateien öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;Folder…</source>
        <translation>&amp;Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;Address…</source>
        <translation>&amp;Adresse öffnen…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren…</translation>
    </message>
    <message>
        <source>Export &amp;Clip…</source>
        <translation>Auss&amp;chnitt exportieren…</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>E&amp;instellungen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>Wieder&amp;herstellen</translation>
    </message>
    <message>
        <source>&amp;Copy Time</source>
        <translation>&amp;Zeit kopieren</translation>
    </message>
    <message>
        <source>&amp;Find in Conversation…</source>
        <translation>Im Gespräch &amp;suchen…</translation>
    </message>
    <message>
        <source>Find &amp;Everywhere…</source>
        <translation>Überall s&amp;uchen…</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Wiedergabe</translation>
    </message>
    <message>
        <source>&amp;Play or Pause</source>
        <translation>&amp;Wiedergabe/Pause</translation>
    </message>
    <message>
        <source>Shuttle &amp;Back</source>
        <translation>Shuttle &amp;rückwärts</translation>
    </message>
    <message>
        <source>Shuttle Pa&amp;use</source>
        <translation>Shuttle an&amp;halten</translation>
    </message>
    <message>
        <source>Shuttle &amp;Forward</source>
        <translation>Shuttle &amp;vorwärts</translation>
    </message>
    <message>
        <source>One Frame Back</source>
        <translation>Ein Bild zurück</translation>
    </message>
    <message>
        <source>One Frame Forward</source>
        <translation>Ein Bild vor</translation>
    </message>
    <message>
        <source>Back 5 Seconds</source>
        <translation>5 Sekunden zurück</translation>
    </message>
    <message>
        <source>Forward 5 Seconds</source>
        <translation>5 Sekunden vor</translation>
    </message>
    <message>
        <source>Back 1 Second</source>
        <translation>1 Sekunde zurück</translation>
    </message>
    <message>
        <source>Forward 1 Second</source>
        <translation>1 Sekunde vor</translation>
    </message>
    <message>
        <source>Back 1 Minute</source>
        <translation>1 Minute zurück</translation>
    </message>
    <message>
        <source>Forward 1 Minute</source>
        <translation>1 Minute vor</translation>
    </message>
    <message>
        <source>Go to &amp;Start</source>
        <translation>Zum An&amp;fang</translation>
    </message>
    <message>
        <source>Go to &amp;End</source>
        <translation>Zum &amp;Ende</translation>
    </message>
    <message>
        <source>&amp;Go to Time…</source>
        <translation>Zu &amp;Zeitpunkt springen…</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>Langsamer</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>Schneller</translation>
    </message>
    <message>
        <source>Normal Speed</source>
        <translation>Normale Geschwindigkeit</translation>
    </message>
    <message>
        <source>&amp;Loop</source>
        <translation>&amp;Schleife</translation>
    </message>
    <message>
        <source>Play the &amp;Citation Once</source>
        <translation>&amp;Beleg einmal abspielen</translation>
    </message>
    <message>
        <source>Louder</source>
        <translation>Lauter</translation>
    </message>
    <message>
        <source>Quieter</source>
        <translation>Leiser</translation>
    </message>
    <message>
        <source>&amp;Mute</source>
        <translation>Stu&amp;mm</translation>
    </message>
    <message>
        <source>Next &amp;Audio Track</source>
        <translation>Nächste &amp;Tonspur</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>Markieren</translation>
    </message>
    <message>
        <source>Mark &amp;In</source>
        <translation>&amp;Anfang setzen</translation>
    </message>
    <message>
        <source>Mark &amp;Out</source>
        <translation>&amp;Ende setzen</translation>
    </message>
    <message>
        <source>&amp;Clear In and Out</source>
        <translation>Anfang und Ende &amp;löschen</translation>
    </message>
    <message>
        <source>Add &amp;Marker</source>
        <translation>&amp;Marke hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Edit Marker…</source>
        <translation>Marke &amp;bearbeiten…</translation>
    </message>
    <message>
        <source>&amp;Previous Marker or Citation</source>
        <translation>&amp;Zurück zu Marke oder Beleg</translation>
    </message>
    <message>
        <source>&amp;Next Marker or Citation</source>
        <translation>&amp;Weiter zu Marke oder Beleg</translation>
    </message>
    <message>
        <source>Previous Cut</source>
        <translation>Voriger Schnitt</translation>
    </message>
    <message>
        <source>Next Cut</source>
        <translation>Nächster Schnitt</translation>
    </message>
    <message>
        <source>&amp;Accept the Citation</source>
        <translation>Beleg an&amp;nehmen</translation>
    </message>
    <message>
        <source>&amp;Reject the Citation</source>
        <translation>Beleg able&amp;hnen</translation>
    </message>
    <message>
        <source>Watch</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>&amp;Pause Watching</source>
        <translation>Ansehen &amp;anhalten</translation>
    </message>
    <message>
        <source>&amp;Resume Watching</source>
        <translation>Ansehen &amp;fortsetzen</translation>
    </message>
    <message>
        <source>Re&amp;try</source>
        <translation>Erneut &amp;versuchen</translation>
    </message>
    <message>
        <source>Re&amp;link…</source>
        <translation>Neu ver&amp;knüpfen…</translation>
    </message>
    <message>
        <source>Remo&amp;ve from the Library…</source>
        <translation>Aus der Bibliothek &amp;entfernen…</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>&amp;Ask a Question</source>
        <translation>&amp;Frage stellen</translation>
    </message>
    <message>
        <source>&amp;Stop the Answer</source>
        <translation>Antwort &amp;abbrechen</translation>
    </message>
    <message>
        <source>&amp;New Conversation</source>
        <translation>&amp;Neues Gespräch</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>&amp;Library</source>
        <translation>&amp;Bibliothek</translation>
    </message>
    <message>
        <source>&amp;Timeline</source>
        <translation>&amp;Zeitleiste</translation>
    </message>
    <message>
        <source>&amp;Conversation</source>
        <translation>&amp;Gespräch</translation>
    </message>
    <message>
        <source>&amp;Markers</source>
        <translation>&amp;Marken</translation>
    </message>
    <message>
        <source>S&amp;earch</source>
        <translation>&amp;Suche</translation>
    </message>
    <message>
        <source>Zoom Timeline &amp;In</source>
        <translation>Zeitleiste ve&amp;rgrößern</translation>
    </message>
    <message>
        <source>Zoom Timeline &amp;Out</source>
        <translation>Zeitleiste ver&amp;kleinern</translation>
    </message>
    <message>
        <source>&amp;Fit Timeline</source>
        <translation>Zeitleiste &amp;einpassen</translation>
    </message>
    <message>
        <source>F&amp;ull Screen</source>
        <translation>&amp;Vollbild</translation>
    </message>
    <message>
        <source>&amp;Bigger Text</source>
        <translation>Größere S&amp;chrift</translation>
    </message>
    <message>
        <source>&amp;Smaller Text</source>
        <translation>K&amp;leinere Schrift</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keyboard Shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;Models…</source>
        <translation>&amp;Modelle…</translation>
    </message>
    <message>
        <source>&amp;About Longtake</source>
        <translation>Über &amp;Longtake</translation>
    </message>
    <message>
        <source>Copy &amp;Diagnostics</source>
        <translation>&amp;Diagnose kopieren</translation>
    </message>
    <message>
        <source>Sa&amp;ve Picture…</source>
        <translation>Bild &amp;speichern…</translation>
    </message>
    <message>
        <source>Next Sub&amp;titles</source>
        <translation>Nächste &amp;Untertitel</translation>
    </message>
    <message>
        <source>&amp;Memories…</source>
        <translation>&amp;Gedächtnisse…</translation>
    </message>
</context>
<context>
    <name>Conversation</name>
    <message>
        <source>%1 ms</source>
        <translation>%1&#xa0;ms</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>In der Warteschlange</translation>
    </message>
    <message>
        <source>Getting the model ready</source>
        <translation>Modell wird vorbereitet</translation>
    </message>
    <message>
        <source>Recalling</source>
        <translation>Gedächtnis wird abgerufen</translation>
    </message>
    <message>
        <source>Answering</source>
        <translation>Antwort wird formuliert</translation>
    </message>
    <message>
        <source>Checking the citations</source>
        <translation>Belege werden geprüft</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1&#xa0;s</translation>
    </message>
    <message>
        <source>No support</source>
        <translation>Kein Rückhalt</translation>
    </message>
    <message>
        <source>Weak support</source>
        <translation>Schwacher Rückhalt</translation>
    </message>
    <message>
        <source>Some support</source>
        <translation>Etwas Rückhalt</translation>
    </message>
    <message>
        <source>Strong support</source>
        <translation>Starker Rückhalt</translation>
    </message>
    <message>
        <source>Support %1</source>
        <translation>Rückhalt %1</translation>
    </message>
    <message>
        <source>With what was seen, each word of the answer is %1 times as likely as without.</source>
        <translation>Mit dem Gesehenen ist jedes Wort der Antwort %1-mal so wahrscheinlich wie ohne.</translation>
    </message>
    <message>
        <source>With what was seen, the answer is no likelier than without it.</source>
        <translation>Mit dem Gesehenen ist die Antwort nicht wahrscheinlicher als ohne.</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n citation(s) confirmed when looked at alone.</source>
        <translation>
            <numerusform>%1 von %n Beleg bei der Einzelprüfung bestätigt.</numerusform>
            <numerusform>%1 von %n Belegen bei der Einzelprüfung bestätigt.</numerusform>
        </translation>
    </message>
    <message>
        <source>main evidence</source>
        <translation>hohe Belegstärke</translation>
    </message>
    <message>
        <source>part of the evidence</source>
        <translation>mittlere Belegstärke</translation>
    </message>
    <message>
        <source>little of the evidence</source>
        <translation>geringe Belegstärke</translation>
    </message>
    <message>
        <source>Not confirmed</source>
        <translation>Nicht bestätigt</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Bestätigt</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Wird geprüft…</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Nicht geprüft</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Angenommen</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n Video</numerusform>
            <numerusform>%n Videos</numerusform>
        </translation>
    </message>
    <message>
        <source>Whole video</source>
        <translation>Ganzes Video</translation>
    </message>
    <message>
        <source>Up to %1</source>
        <translation>Bis %1</translation>
    </message>
    <message>
        <source>From %1 to %2 seen so far</source>
        <translation>Bisher gesehen: %1 bis %2</translation>
    </message>
    <message numerus="yes">
        <source>%n of them not seen to the end</source>
        <translation>
            <numerusform>%n davon nicht bis zum Ende gesehen</numerusform>
            <numerusform>%n davon nicht bis zum Ende gesehen</numerusform>
        </translation>
    </message>
    <message>
        <source>Model: %1</source>
        <translation>Modell: %1</translation>
    </message>
    <message>
        <source>Answered: %1</source>
        <translation>Beantwortet: %1</translation>
    </message>
    <message>
        <source>First word after %1</source>
        <translation>Erstes Wort nach %1</translation>
    </message>
    <message>
        <source>Choosing what to recall: %1</source>
        <translation>Auswahl aus dem Gedächtnis: %1</translation>
    </message>
    <message>
        <source>Reading it: %1</source>
        <translation>Lesen der Auswahl: %1</translation>
    </message>
    <message>
        <source>Checking the citations: %1</source>
        <translation>Prüfung der Belege: %1</translation>
    </message>
    <message>
        <source>Altogether: %1</source>
        <translation>Insgesamt: %1</translation>
    </message>
    <message>
        <source>Today, %1</source>
        <translation>Heute, %1</translation>
    </message>
    <message>
        <source>Yesterday, %1</source>
        <translation>Gestern, %1</translation>
    </message>
    <message>
        <source>Not found in what was seen.</source>
        <translation>Im Gesehenen nicht gefunden.</translation>
    </message>
    <message>
        <source>The model said “%1”, without support.</source>
        <translation>Das Modell sagte „%1“, ohne Rückhalt.</translation>
    </message>
    <message>
        <source>Nearest moments, not confirmed:</source>
        <translation>Nächstliegende Stellen, nicht bestätigt:</translation>
    </message>
    <message>
        <source>Citations:</source>
        <translation>Belege:</translation>
    </message>
</context>
<context>
    <name>Library</name>
    <message>
        <source>watching %1</source>
        <translation>wird angesehen: %1</translation>
    </message>
    <message>
        <source>%1, no progress for %2</source>
        <translation>%1, kein Fortschritt seit %2</translation>
    </message>
    <message>
        <source>%1, %2 left</source>
        <translation>%1, noch %2</translation>
    </message>
    <message>
        <source>getting ready</source>
        <translation>wird vorbereitet</translation>
    </message>
    <message>
        <source>getting ready to go on at %1</source>
        <translation>wird vorbereitet, weiter bei %1</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>paused at %1</source>
        <translation>angehalten bei %1</translation>
    </message>
    <message>
        <source>stopped: %1</source>
        <translation>abgebrochen: %1</translation>
    </message>
    <message>
        <source>waiting: the memories fill the limit of %1</source>
        <translation>wartet: Das Gedächtnis füllt die Grenze von %1</translation>
    </message>
    <message>
        <source>waiting, next</source>
        <translation>wartet, als Nächstes</translation>
    </message>
    <message>
        <source>waiting, %1 before it</source>
        <translation>wartet, %1 davor</translation>
    </message>
    <message>
        <source>file not found</source>
        <translation>Datei nicht gefunden</translation>
    </message>
    <message>
        <source>Relink it to where it lies now: its memory is kept.</source>
        <translation>Mit dem jetzigen Ort neu verknüpfen: Das Gedächtnis bleibt erhalten.</translation>
    </message>
    <message>
        <source>memory of %1: %2, %3</source>
        <translation>Gedächtnis von %1: %2, %3</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>noch nichts</translation>
    </message>
    <message>
        <source>%1&#xa0;%</source>
        <translation>%1&#xa0;%</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 mit %2</translation>
    </message>
    <message>
        <source>%1, %2 seen</source>
        <translation>%1, %2 gesehen</translation>
    </message>
    <message>
        <source>all seen, %1</source>
        <translation>ganz gesehen, %1</translation>
    </message>
    <message>
        <source>seen up to %1</source>
        <translation>gesehen bis %1</translation>
    </message>
    <message>
        <source>seen with %1, not with %2</source>
        <translation>gesehen mit %1, nicht mit %2</translation>
    </message>
    <message>
        <source>not seen yet</source>
        <translation>noch nicht gesehen</translation>
    </message>
</context>
<context>
    <name>MarkerCommands</name>
    <message>
        <source>Add “%1”</source>
        <translation>„%1“ hinzufügen</translation>
    </message>
    <message>
        <source>Add Marker</source>
        <translation>Marke hinzufügen</translation>
    </message>
    <message>
        <source>Change “%1”</source>
        <translation>„%1“ ändern</translation>
    </message>
    <message>
        <source>Change Marker</source>
        <translation>Marke ändern</translation>
    </message>
    <message>
        <source>Remove “%1”</source>
        <translation>„%1“ entfernen</translation>
    </message>
    <message>
        <source>Remove Marker</source>
        <translation>Marke entfernen</translation>
    </message>
    <message numerus="yes">
        <source>Remove %n Marker(s)</source>
        <translation>
            <numerusform>%n Marke entfernen</numerusform>
            <numerusform>%n Marken entfernen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MarkerEditor</name>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>Orange</translation>
    </message>
    <message>
        <source>Yellow</source>
        <translation>Gelb</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Purple</source>
        <translation>Violett</translation>
    </message>
    <message>
        <source>Pink</source>
        <translation>Rosa</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Grau</translation>
    </message>
</context>
<context>
    <name>Text</name>
    <message>
        <source>%1 s</source>
        <translation>%1&#xa0;s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1&#xa0;min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1&#xa0;h</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1&#xa0;h %2&#xa0;min</translation>
    </message>
    <message>
        <source>%1×</source>
        <translation>%1×</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Citation %1</source>
        <translation>Beleg %1</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>bestätigt</translation>
    </message>
    <message>
        <source>not confirmed</source>
        <translation>nicht bestätigt</translation>
    </message>
    <message>
        <source>not checked</source>
        <translation>nicht geprüft</translation>
    </message>
    <message>
        <source>accepted by you</source>
        <translation>selbst angenommen</translation>
    </message>
    <message>
        <source>rejected by you</source>
        <translation>selbst abgelehnt</translation>
    </message>
    <message>
        <source>Marker, %1</source>
        <translation>Marke, %1</translation>
    </message>
    <message>
        <source>Marker “%1”, %2</source>
        <translation>Marke „%1“, %2</translation>
    </message>
    <message>
        <source>Not seen yet</source>
        <translation>Noch nicht gesehen</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>Gesehen</translation>
    </message>
    <message>
        <source>Seen at %1 fps</source>
        <translation>Gesehen mit %1 Bildern/s</translation>
    </message>
    <message>
        <source>Seen, a frame every %1 s</source>
        <translation>Gesehen, ein Bild alle %1&#xa0;s</translation>
    </message>
    <message>
        <source>%1, keyframes only</source>
        <translation>%1, nur Schlüsselbilder</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>Belegstärke</translation>
    </message>
    <message>
        <source>Citations</source>
        <translation>Belege</translation>
    </message>
    <message>
        <source>Markers</source>
        <translation>Marken</translation>
    </message>
    <message>
        <source>Times. Drag to move through the video</source>
        <translation>Zeiten. Ziehen bewegt durch das Video</translation>
    </message>
    <message>
        <source>Pictures of the video</source>
        <translation>Bilder des Videos</translation>
    </message>
    <message>
        <source>Where the scene changes</source>
        <translation>Wo die Szene wechselt</translation>
    </message>
    <message>
        <source>How loud the video is</source>
        <translation>Wie laut das Video ist</translation>
    </message>
    <message>
        <source>Where the answer comes from: the higher, the more attention it paid</source>
        <translation>Woher die Antwort kommt: je höher, desto mehr Aufmerksamkeit</translation>
    </message>
    <message>
        <source>The moments that the answer cites. Filled: confirmed by a second look; soft: not checked; dashed: not confirmed. A tick or a cross is your own verdict. Click to go there, double-click to play it in a loop, Ctrl+click to make a marker</source>
        <translation>Die Stellen, auf die sich die Antwort beruft. Gefüllt: beim zweiten Ansehen bestätigt; blass: nicht geprüft; gestrichelt: nicht bestätigt. Haken oder Kreuz: eigenes Urteil. Klick springt dorthin, Doppelklick spielt in einer Schleife, Strg+Klick setzt eine Marke</translation>
    </message>
    <message>
        <source>Your markers. Drag to move them or their ends, double-click to play one in a loop</source>
        <translation>Eigene Marken. Ziehen verschiebt sie oder ihre Enden, Doppelklick spielt in einer Schleife</translation>
    </message>
    <message>
        <source>What has been seen, darker where more frames were looked at; striped where only keyframes were</source>
        <translation>Was gesehen wurde: dunkler, wo mehr Bilder angesehen wurden; gestreift, wo nur Schlüsselbilder</translation>
    </message>
</context>
<context>
    <name>Track</name>
    <message>
        <source>Track %1</source>
        <translation>Spur %1</translation>
    </message>
</context>
<context>
    <name>longtake::ui::AboutDialog</name>
    <message>
        <source>About Longtake</source>
        <translation>Über Longtake</translation>
    </message>
    <message>
        <source>Questions about long videos, answered on this computer, with the place in the video that proves it.</source>
        <translation>Fragen zu langen Videos, auf diesem Computer beantwortet, mit der Stelle im Video, die es belegt.</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>asking…</source>
        <translation>wird abgefragt…</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>Player</source>
        <translation>Player</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>Erstellt mit</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Longtake is free software under the Apache License 2.0. As a program it is linked with libmpv and FFmpeg, which on Debian are built under the GNU General Public License, and with Qt under the GNU Lesser General Public License.</source>
        <translation>Longtake ist freie Software unter der Apache License 2.0. Als Programm ist es mit libmpv und FFmpeg verbunden, die unter Debian nach der GNU General Public License gebaut sind, und mit Qt nach der GNU Lesser General Public License.</translation>
    </message>
    <message>
        <source>Copy Diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>For a bug report; without names or places of your videos</source>
        <translation>Für Fehlerberichte; ohne Namen und Orte der Videos</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1, %2 of %3 free</source>
        <translation>%1, %2 von %3 frei</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n Video</numerusform>
            <numerusform>%n Videos</numerusform>
        </translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>%1 seen, %2 of memory</source>
        <translation>%1 gesehen, %2 Gedächtnis</translation>
    </message>
</context>
<context>
    <name>longtake::ui::Actions</name>
    <message>
        <source>Select a citation, or mark a range in the menu Mark</source>
        <translation>Zuerst einen Beleg auswählen oder im Menü „Markieren“ einen Bereich markieren</translation>
    </message>
    <message>
        <source>Select a citation, or mark a range with %1 and %2</source>
        <translation>Zuerst einen Beleg auswählen oder mit %1 und %2 einen Bereich markieren</translation>
    </message>
</context>
<context>
    <name>longtake::ui::AddressDialog</name>
    <message>
        <source>Open Address</source>
        <translation>Adresse öffnen</translation>
    </message>
    <message>
        <source>Address of a video or a live stream</source>
        <translation>Adresse eines Videos oder Livestreams</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Longtake connects to this address and to nothing else.</source>
        <translation>Longtake verbindet sich mit dieser Adresse und mit nichts sonst.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>This is not an address: it starts with https://, http://, rtsp://, rtmp://, srt:// or udp://.</source>
        <translation>Das ist keine Adresse: Adressen beginnen mit https://, http://, rtsp://, rtmp://, srt:// oder udp://.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::AnswerCard</name>
    <message>
        <source>Ask again</source>
        <translation>Noch einmal fragen</translation>
    </message>
    <message>
        <source>Copy the answer with its citations</source>
        <translation>Antwort mit Belegen kopieren</translation>
    </message>
    <message>
        <source>Not found in what was seen</source>
        <translation>Im Gesehenen nicht gefunden</translation>
    </message>
    <message>
        <source>Stopped before it was complete</source>
        <translation>Vor dem Ende abgebrochen</translation>
    </message>
    <message>
        <source>Interrupted: Longtake was closed</source>
        <translation>Unterbrochen: Longtake wurde beendet</translation>
    </message>
    <message>
        <source>Not answered</source>
        <translation>Nicht beantwortet</translation>
    </message>
    <message>
        <source>Nothing that was seen supports an answer.</source>
        <translation>Nichts vom Gesehenen stützt eine Antwort.</translation>
    </message>
    <message>
        <source>Nothing that was seen supports an answer. The model said “%1”.</source>
        <translation>Nichts vom Gesehenen stützt eine Antwort. Das Modell sagte „%1“.</translation>
    </message>
    <message>
        <source>Something kept it from being answered.</source>
        <translation>Etwas hat die Beantwortung verhindert.</translation>
    </message>
    <message>
        <source>Nearest moments</source>
        <translation>Nächstliegende Stellen</translation>
    </message>
    <message>
        <source>More has been seen since: ask again</source>
        <translation>Mehr gesehen: noch einmal fragen</translation>
    </message>
    <message>
        <source>Answer: %1</source>
        <translation>Antwort: %1</translation>
    </message>
</context>
<context>
    <name>longtake::ui::Banner</name>
    <message>
        <source>Close this message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>longtake::ui::CitationChip</name>
    <message>
        <source>Citation %1: %2</source>
        <translation>Beleg %1: %2</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Enter plays it, %1 accepts it, %2 rejects it</source>
        <translation>Eingabetaste spielt ab, %1 nimmt an, %2 lehnt ab</translation>
    </message>
    <message>
        <source>Enter plays it</source>
        <translation>Eingabetaste spielt ab</translation>
    </message>
    <message>
        <source>Click: play · Ctrl+click: marker</source>
        <translation>Klick: abspielen · Strg+Klick: Marke</translation>
    </message>
    <message>
        <source>%1/%2: accept or reject</source>
        <translation>%1/%2: annehmen oder ablehnen</translation>
    </message>
    <message>
        <source>Play in a Loop</source>
        <translation>In einer Schleife abspielen</translation>
    </message>
    <message>
        <source>Make a Marker</source>
        <translation>Marke setzen</translation>
    </message>
    <message>
        <source>Copy the Range</source>
        <translation>Bereich kopieren</translation>
    </message>
    <message>
        <source>Export as a Clip…</source>
        <translation>Als Ausschnitt exportieren…</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ClipDialog</name>
    <message>
        <source>Export Clip</source>
        <translation>Ausschnitt exportieren</translation>
    </message>
    <message>
        <source>%1: %2 (%3)</source>
        <translation>%1: %2 (%3)</translation>
    </message>
    <message>
        <source>%1: none</source>
        <translation>%1: keiner</translation>
    </message>
    <message>
        <source>Which part</source>
        <translation>Welcher Teil</translation>
    </message>
    <message>
        <source>Marked range</source>
        <translation>Markierter Bereich</translation>
    </message>
    <message>
        <source>Selected citation</source>
        <translation>Ausgewählter Beleg</translation>
    </message>
    <message>
        <source>How</source>
        <translation>Wie</translation>
    </message>
    <message>
        <source>Copy without loss</source>
        <translation>Verlustfrei kopieren</translation>
    </message>
    <message>
        <source>Exact, encoded again</source>
        <translation>Bildgenau, neu kodiert</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>File of the clip</source>
        <translation>Datei des Ausschnitts</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Writing the clip</source>
        <translation>Ausschnitt wird geschrieben</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>File of the Clip</source>
        <translation>Datei des Ausschnitts</translation>
    </message>
    <message>
        <source>Writing %1…</source>
        <translation>%1 wird geschrieben…</translation>
    </message>
    <message>
        <source>Saved: %1 (%2)</source>
        <translation>Gespeichert: %1 (%2)</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>Abgebrochen; nichts wurde geschrieben.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Quick, and every pixel as it was; starts at the keyframe before, so possibly some seconds early.</source>
        <translation>Schnell, und jedes Pixel bleibt, wie es war; beginnt am Schlüsselbild davor, also vielleicht einige Sekunden zu früh.</translation>
    </message>
    <message>
        <source>Starts and ends on the very frame; takes longer, and loses a little quality.</source>
        <translation>Beginnt und endet genau auf dem Bild; dauert länger und verliert etwas Qualität.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ConversationPanel</name>
    <message>
        <source>Ask in this conversation instead</source>
        <translation>Stattdessen in diesem Gespräch fragen</translation>
    </message>
    <message>
        <source>%1 (from “%2”)</source>
        <translation>%1 (aus „%2“)</translation>
    </message>
    <message>
        <source>New conversation, branched from “%1”</source>
        <translation>Neues Gespräch, abgezweigt von „%1“</translation>
    </message>
    <message>
        <source>The answer was copied</source>
        <translation>Antwort kopiert</translation>
    </message>
    <message>
        <source>The conversation was copied</source>
        <translation>Gespräch kopiert</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ConversationSwitcher</name>
    <message>
        <source>New conversation</source>
        <translation>Neues Gespräch</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>More about this conversation</source>
        <translation>Mehr zu diesem Gespräch</translation>
    </message>
    <message>
        <source>Conversation: %1</source>
        <translation>Gespräch: %1</translation>
    </message>
    <message>
        <source>No conversations yet</source>
        <translation>Noch keine Gespräche</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Remove “%1”?</source>
        <translation>„%1“ entfernen?</translation>
    </message>
    <message numerus="yes">
        <source>Its %n question(s), with their answers and your verdicts, cannot be brought back. Videos, memories and markers stay.</source>
        <translation>
            <numerusform>Seine %n Frage mit ihren Antworten und den eigenen Urteilen lässt sich nicht wiederherstellen. Videos, Gedächtnis und Marken bleiben.</numerusform>
            <numerusform>Seine %n Fragen mit ihren Antworten und den eigenen Urteilen lassen sich nicht wiederherstellen. Videos, Gedächtnis und Marken bleiben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message numerus="yes">
        <source>Find %n Older One(s)…</source>
        <translation>
            <numerusform>%n älteres suchen…</numerusform>
            <numerusform>%n ältere suchen…</numerusform>
        </translation>
    </message>
    <message>
        <source>Copy the Conversation</source>
        <translation>Gespräch kopieren</translation>
    </message>
    <message>
        <source>Rename the Conversation…</source>
        <translation>Gespräch umbenennen…</translation>
    </message>
    <message>
        <source>Remove the Conversation…</source>
        <translation>Gespräch entfernen…</translation>
    </message>
    <message>
        <source>Rename the Conversation</source>
        <translation>Gespräch umbenennen</translation>
    </message>
    <message>
        <source>Remove the Conversation</source>
        <translation>Gespräch entfernen</translation>
    </message>
</context>
<context>
    <name>longtake::ui::EmptyLibrary</name>
    <message>
        <source>Drop videos here</source>
        <translation>Videos hier ablegen</translation>
    </message>
    <message>
        <source>Files or folders. They stay where they are, and nothing leaves this computer.</source>
        <translation>Dateien oder Ordner. Sie bleiben, wo sie sind, und nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Open Files…</source>
        <translation>Dateien öffnen…</translation>
    </message>
    <message>
        <source>Open a Folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>or try the sample</source>
        <translation>oder das Beispiel ausprobieren</translation>
    </message>
</context>
<context>
    <name>longtake::ui::EngineLink</name>
    <message>
        <source>The library is not open</source>
        <translation>Die Bibliothek ist nicht geöffnet</translation>
    </message>
    <message>
        <source>Choose a library folder in the preferences</source>
        <translation>In den Einstellungen einen Bibliotheksordner wählen</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export what is known about %1</source>
        <translation>Exportieren, was zu %1 bekannt ist</translation>
    </message>
    <message>
        <source>File to write</source>
        <translation>Zieldatei</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Open Folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>All conversations</source>
        <translation>Alle Gespräche</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Gespräche</translation>
    </message>
    <message>
        <source>Answers with their citations</source>
        <translation>Antworten mit Belegen</translation>
    </message>
    <message>
        <source>Markers</source>
        <translation>Marken</translation>
    </message>
    <message>
        <source>Only citations that you accepted</source>
        <translation>Nur angenommene Belege</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <source>The video&apos;s own (%1)</source>
        <translation>Wie das Video (%1)</translation>
    </message>
    <message>
        <source>Nearest to the video&apos;s</source>
        <translation>Möglichst nah am Video</translation>
    </message>
    <message>
        <source>Frames per second</source>
        <translation>Bilder pro Sekunde</translation>
    </message>
    <message>
        <source>Start timecode</source>
        <translation>Start-Timecode</translation>
    </message>
    <message>
        <source>Comma</source>
        <translation>Komma</translation>
    </message>
    <message>
        <source>Semicolon</source>
        <translation>Semikolon</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tabulator</translation>
    </message>
    <message>
        <source>Separator</source>
        <translation>Trennzeichen</translation>
    </message>
    <message>
        <source>Byte order mark, for old Windows programs</source>
        <translation>BOM, für alte Windows-Programme</translation>
    </message>
    <message>
        <source>The video&apos;s own</source>
        <translation>Wie das Video</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>%1 is there already.</source>
        <translation>%1 gibt es schon.</translation>
    </message>
    <message>
        <source>Replace It</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>Wird geschrieben…</translation>
    </message>
    <message>
        <source>Written: %1, %2</source>
        <translation>Geschrieben: %1, %2</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>Exportiert nach %1</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ExportFormats</name>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Web page (HTML)</source>
        <translation>Webseite (HTML)</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Table (CSV)</source>
        <translation>Tabelle (CSV)</translation>
    </message>
    <message>
        <source>Subtitles (SRT)</source>
        <translation>Untertitel (SRT)</translation>
    </message>
    <message>
        <source>Subtitles (WebVTT)</source>
        <translation>Untertitel (WebVTT)</translation>
    </message>
    <message>
        <source>Edit list (EDL)</source>
        <translation>Schnittliste (EDL)</translation>
    </message>
    <message>
        <source>DaVinci Resolve markers</source>
        <translation>Marken für DaVinci Resolve</translation>
    </message>
    <message>
        <source>OpenTimelineIO</source>
        <translation>OpenTimelineIO</translation>
    </message>
    <message>
        <source>Final Cut Pro (FCPXML)</source>
        <translation>Final Cut Pro (FCPXML)</translation>
    </message>
    <message>
        <source>ELAN</source>
        <translation>ELAN</translation>
    </message>
    <message>
        <source>Chapters</source>
        <translation>Kapitel</translation>
    </message>
    <message>
        <source>To read and to go on writing</source>
        <translation>Zum Lesen und Weiterschreiben</translation>
    </message>
    <message>
        <source>To print, to send and to keep</source>
        <translation>Zum Drucken, Senden und Aufheben</translation>
    </message>
    <message>
        <source>Everything, for programs</source>
        <translation>Alles, für Programme</translation>
    </message>
    <message>
        <source>A row for each citation and marker</source>
        <translation>Eine Zeile je Beleg und Marke</translation>
    </message>
    <message>
        <source>Shown by nearly every player</source>
        <translation>Zeigt fast jeder Player</translation>
    </message>
    <message>
        <source>For players in web pages</source>
        <translation>Für Player in Webseiten</translation>
    </message>
    <message>
        <source>Import into a timeline as markers</source>
        <translation>Import in eine Zeitleiste als Marken</translation>
    </message>
    <message>
        <source>Between editing programs</source>
        <translation>Zwischen Schnittprogrammen</translation>
    </message>
    <message>
        <source>A project with clips and markers</source>
        <translation>Ein Projekt mit Clips und Marken</translation>
    </message>
    <message>
        <source>Annotations in tiers, one for each question</source>
        <translation>Annotationen, eine Ebene je Frage</translation>
    </message>
    <message>
        <source>For FFmpeg, to be written into the video</source>
        <translation>Für FFmpeg, zum Einfügen ins Video</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>One file, for any browser</source>
        <translation>Eine Datei, für jeden Browser</translation>
    </message>
    <message>
        <source>For nearly every editing program</source>
        <translation>Für fast jedes Schnittprogramm</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ExportPreview</name>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Being made…</source>
        <translation>Wird erstellt…</translation>
    </message>
    <message>
        <source>A PDF of %1</source>
        <translation>Ein PDF mit %1</translation>
    </message>
    <message>
        <source>Export it to see its pages.</source>
        <translation>Die Seiten sind nach dem Export zu sehen.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::FileAdder</name>
    <message numerus="yes">
        <source>%n video(s) added</source>
        <translation>
            <numerusform>%n Video hinzugefügt</numerusform>
            <numerusform>%n Videos hinzugefügt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n video(s) already there</source>
        <translation>
            <numerusform>%n Video schon vorhanden</numerusform>
            <numerusform>%n Videos schon vorhanden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) not added</source>
        <translation>
            <numerusform>%n Datei nicht hinzugefügt</numerusform>
            <numerusform>%n Dateien nicht hinzugefügt</numerusform>
        </translation>
    </message>
    <message>
        <source>No videos found</source>
        <translation>Keine Videos gefunden</translation>
    </message>
    <message>
        <source>There is no video in %1.</source>
        <translation>In %1 liegt kein Video.</translation>
    </message>
    <message>
        <source>There is more than one go takes: add the rest in parts.</source>
        <translation>Es sind mehr, als auf einmal geht: den Rest in Teilen hinzufügen.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::FindBar</name>
    <message>
        <source>Find in this conversation</source>
        <translation>In diesem Gespräch suchen</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Voriger Treffer</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>Suche schließen</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>longtake::ui::GoToTime</name>
    <message>
        <source>Go to time</source>
        <translation>Zu Zeitpunkt springen</translation>
    </message>
    <message>
        <source>Time to go to</source>
        <translation>Zeitpunkt</translation>
    </message>
    <message>
        <source>90, 1:30, 0:01:30.250, 00:01:30:12 or f2700</source>
        <translation>90, 1:30, 0:01:30.250, 00:01:30:12 oder f2700</translation>
    </message>
    <message>
        <source>Enter goes to %1</source>
        <translation>Eingabetaste springt zu %1</translation>
    </message>
    <message>
        <source>The video ends at %1</source>
        <translation>Das Video endet bei %1</translation>
    </message>
    <message>
        <source>This video has no constant frame rate, so its frames have no numbers</source>
        <translation>Dieses Video hat keine feste Bildrate, seine Bilder haben daher keine Nummern</translation>
    </message>
    <message numerus="yes">
        <source>A second of this video has only %n frame(s)</source>
        <translation>
            <numerusform>Eine Sekunde dieses Videos hat nur %n Bild</numerusform>
            <numerusform>Eine Sekunde dieses Videos hat nur %n Bilder</numerusform>
        </translation>
    </message>
    <message>
        <source>This is no time. Type 90, 1:30, 0:01:30.250, 00:01:30:12 or f2700</source>
        <translation>Keine Zeitangabe. Möglich sind 90, 1:30, 0:01:30.250, 00:01:30:12 oder f2700</translation>
    </message>
</context>
<context>
    <name>longtake::ui::HoverPreview</name>
    <message>
        <source>Evidence: %1 % of the strongest</source>
        <translation>Belegstärke: %1&#xa0;% der höchsten</translation>
    </message>
</context>
<context>
    <name>longtake::ui::LibraryPanel</name>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Add videos</source>
        <translation>Videos hinzufügen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search the library</source>
        <translation>Bibliothek durchsuchen</translation>
    </message>
    <message>
        <source>No video is called “%1”.</source>
        <translation>Kein Video heißt „%1“.</translation>
    </message>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n Video</numerusform>
            <numerusform>%n Videos</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 memory</source>
        <translation>%1 von %2 Gedächtnis</translation>
    </message>
    <message>
        <source>%1 memory</source>
        <translation>%1 Gedächtnis</translation>
    </message>
    <message>
        <source>Open Folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open Files</source>
        <translation>Dateien öffnen</translation>
    </message>
    <message>
        <source>Videos (%1)</source>
        <translation>Videos (%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Watch First</source>
        <translation>Zuerst ansehen</translation>
    </message>
    <message>
        <source>%1 has been found again</source>
        <translation>%1 wurde wiedergefunden</translation>
    </message>
    <message>
        <source>Remove from the Library</source>
        <translation>Aus der Bibliothek entfernen</translation>
    </message>
    <message>
        <source>Remove “%1”?</source>
        <translation>„%1“ entfernen?</translation>
    </message>
    <message numerus="yes">
        <source>Remove %n video(s)?</source>
        <translation>
            <numerusform>%n Video entfernen?</numerusform>
            <numerusform>%n Videos entfernen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Remove, Free %1</source>
        <translation>Entfernen, %1 freigeben</translation>
    </message>
    <message>
        <source>%1 freed</source>
        <translation>%1 freigegeben</translation>
    </message>
    <message>
        <source>%1 has been seen to its end</source>
        <translation>%1 ist bis zum Ende gesehen</translation>
    </message>
    <message>
        <source>What was seen, the questions and answers and the markers are deleted: %1 on disk. The video files themselves stay.</source>
        <translation>Gelöscht werden das Gesehene, die Fragen und Antworten und die Marken: %1 auf der Festplatte. Die Videodateien selbst bleiben.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::MainWindow</name>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Markers</source>
        <translation>Marken</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Side panel</source>
        <translation>Seitenleiste</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>The model that watches and answers</source>
        <translation>Das Modell, das ansieht und antwortet</translation>
    </message>
    <message>
        <source>%1 – Longtake</source>
        <translation>%1 – Longtake</translation>
    </message>
    <message>
        <source>Folder of the library</source>
        <translation>Ordner der Bibliothek</translation>
    </message>
    <message>
        <source>Open a video first: what is exported belongs to one</source>
        <translation>Zuerst ein Video öffnen: Exportiert wird, was zu einem Video gehört</translation>
    </message>
    <message>
        <source>Diagnostics are on the clipboard</source>
        <translation>Diagnose in die Zwischenablage kopiert</translation>
    </message>
    <message>
        <source>This is the demonstration model at work on a sample: it knows coloured shapes and nothing else. For real footage, add a full model.</source>
        <translation>Hier arbeitet das Demomodell an einem Beispiel: Es kennt farbige Formen und sonst nichts. Für echte Aufnahmen ein vollwertiges Modell hinzufügen.</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>Modelle…</translation>
    </message>
    <message>
        <source>Model: …</source>
        <translation>Modell: …</translation>
    </message>
    <message>
        <source>Demonstration model: %1</source>
        <translation>Demomodell: %1</translation>
    </message>
    <message>
        <source>Model: %1</source>
        <translation>Modell: %1</translation>
    </message>
    <message>
        <source>No usable model</source>
        <translation>Kein brauchbares Modell</translation>
    </message>
    <message>
        <source>What was seen is kept. The processor can go on, more slowly.</source>
        <translation>Was gesehen wurde, bleibt erhalten. Der Prozessor kann weitermachen, langsamer.</translation>
    </message>
    <message>
        <source>Use the Processor</source>
        <translation>Prozessor benutzen</translation>
    </message>
</context>
<context>
    <name>longtake::ui::MarkerEditor</name>
    <message>
        <source>Colour: %1</source>
        <translation>Farbe: %1</translation>
    </message>
    <message>
        <source>Marker</source>
        <translation>Marke</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Bezeichnung</translation>
    </message>
    <message>
        <source>Label of the marker</source>
        <translation>Bezeichnung der Marke</translation>
    </message>
    <message>
        <source>End of the marker</source>
        <translation>Ende der Marke</translation>
    </message>
    <message>
        <source>no end</source>
        <translation>kein Ende</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Note of the marker</source>
        <translation>Notiz zur Marke</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>“%1” is no time. Type 90, 1:30 or 0:01:30.250</source>
        <translation>„%1“ ist keine Zeitangabe. Möglich sind 90, 1:30 oder 0:01:30.250</translation>
    </message>
    <message>
        <source>The video ends at %1</source>
        <translation>Das Video endet bei %1</translation>
    </message>
    <message>
        <source>Start of the marker</source>
        <translation>Anfang der Marke</translation>
    </message>
    <message>
        <source>The end lies before the start</source>
        <translation>Das Ende liegt vor dem Anfang</translation>
    </message>
</context>
<context>
    <name>longtake::ui::MarkerModel</name>
    <message>
        <source>No label</source>
        <translation>Ohne Bezeichnung</translation>
    </message>
    <message>
        <source>Marker without a label</source>
        <translation>Marke ohne Bezeichnung</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
</context>
<context>
    <name>longtake::ui::MarkerPanel</name>
    <message>
        <source>Filter markers</source>
        <translation>Marken filtern</translation>
    </message>
    <message>
        <source>Edit the marker  (F2)</source>
        <translation>Marke bearbeiten  (F2)</translation>
    </message>
    <message>
        <source>Remove the marker  (Del)</source>
        <translation>Marke entfernen  (Entf)</translation>
    </message>
    <message>
        <source>Markers</source>
        <translation>Marken</translation>
    </message>
    <message>
        <source>&amp;Undo: %1</source>
        <translation>&amp;Rückgängig: %1</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo: %1</source>
        <translation>Wieder&amp;herstellen: %1</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>Wieder&amp;herstellen</translation>
    </message>
    <message>
        <source>Marker added at %1</source>
        <translation>Marke bei %1 hinzugefügt</translation>
    </message>
    <message>
        <source>Go There</source>
        <translation>Dorthin springen</translation>
    </message>
    <message>
        <source>Play Once</source>
        <translation>Einmal abspielen</translation>
    </message>
    <message>
        <source>Use as In and Out</source>
        <translation>Als Anfang und Ende verwenden</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Markers belong to a video. Open one first.</source>
        <translation>Marken gehören zu einem Video. Zuerst eines öffnen.</translation>
    </message>
    <message>
        <source>No markers yet.

Press %1 to set one at the playhead, or over the range between in and out.</source>
        <translation>Noch keine Marken.

%1 setzt eine an die aktuelle Stelle oder über den Bereich zwischen Anfang und Ende.</translation>
    </message>
    <message>
        <source>No marker has these words.</source>
        <translation>Keine Marke enthält diese Wörter.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::MemoriesDialog</name>
    <message>
        <source>A picture every second</source>
        <translation>Ein Bild jede Sekunde</translation>
    </message>
    <message>
        <source>A picture every %1 seconds</source>
        <translation>Ein Bild alle %1&#xa0;s</translation>
    </message>
    <message>
        <source>%1 pictures every second</source>
        <translation>%1 Bilder jede Sekunde</translation>
    </message>
    <message>
        <source>%1, keyframes only</source>
        <translation>%1, nur Schlüsselbilder</translation>
    </message>
    <message>
        <source>Seen to the end</source>
        <translation>Bis zum Ende gesehen</translation>
    </message>
    <message>
        <source>Nothing seen yet</source>
        <translation>Noch nichts gesehen</translation>
    </message>
    <message>
        <source>Seen up to %1</source>
        <translation>Gesehen bis %1</translation>
    </message>
    <message>
        <source>Started on %1</source>
        <translation>Begonnen am %1</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>Gedächtnisse</translation>
    </message>
    <message>
        <source>A memory is what one model has seen of this video. Questions use the newest one of the model in use; the others wait until their model is used again.</source>
        <translation>Ein Gedächtnis ist das, was ein Modell von diesem Video gesehen hat. Fragen benutzen das neueste des gewählten Modells; die anderen warten, bis ihr Modell wieder gewählt wird.</translation>
    </message>
    <message>
        <source>This video has no memory: nothing of it has been seen yet.</source>
        <translation>Dieses Video hat kein Gedächtnis: Noch ist nichts davon gesehen.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Delete This Memory…</source>
        <translation>Dieses Gedächtnis löschen…</translation>
    </message>
    <message>
        <source>Delete the memory of %1</source>
        <translation>Gedächtnis von %1 löschen</translation>
    </message>
    <message>
        <source>Delete This Memory</source>
        <translation>Gedächtnis löschen</translation>
    </message>
    <message>
        <source>Delete what %1 has seen of “%2”?</source>
        <translation>Löschen, was %1 von „%2“ gesehen hat?</translation>
    </message>
    <message>
        <source>This cannot be undone: to ask about the video with this model again, it has to be watched anew. Questions, answers, markers and the video file stay.</source>
        <translation>Das lässt sich nicht rückgängig machen: Für neue Fragen mit diesem Modell muss das Video noch einmal angesehen werden. Fragen, Antworten, Marken und die Videodatei bleiben.</translation>
    </message>
    <message>
        <source>Delete, Free %1</source>
        <translation>Löschen, %1 freigeben</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ModelCard</name>
    <message>
        <source>%1 billion parameters</source>
        <translation>%1 Milliarden Parameter</translation>
    </message>
    <message>
        <source>%1 million parameters</source>
        <translation>%1 Millionen Parameter</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
    <message>
        <source>Looking at the folder…</source>
        <translation>Ordner wird geprüft…</translation>
    </message>
    <message>
        <source>Use This Model</source>
        <translation>Dieses Modell verwenden</translation>
    </message>
    <message>
        <source>Take from the list; the folder stays</source>
        <translation>Aus der Liste nehmen; der Ordner bleibt</translation>
    </message>
    <message>
        <source>%1 on disk</source>
        <translation>%1 auf der Festplatte</translation>
    </message>
    <message>
        <source>The demonstration model: it understands coloured shapes like those of the sample, and no real footage.</source>
        <translation>Das Demomodell: Es versteht farbige Formen wie die des Beispiels, aber keine echten Aufnahmen.</translation>
    </message>
    <message>
        <source>Fits: it needs %1, and %2 are free.</source>
        <translation>Passt: braucht %1, frei sind %2.</translation>
    </message>
    <message>
        <source>Tight: it needs %1 of the %2 that are free. Close other programs first.</source>
        <translation>Knapp: braucht %1 von %2, die frei sind. Vorher andere Programme schließen.</translation>
    </message>
    <message>
        <source>Too big now: it needs %1, and only %2 are free. A smaller number format for the weights or a smaller model helps.</source>
        <translation>Zurzeit zu groß: braucht %1, frei sind nur %2. Ein kleineres Zahlenformat für die Gewichte oder ein kleineres Modell hilft.</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>%1 verwenden</translation>
    </message>
    <message>
        <source>Take %1 from the list</source>
        <translation>%1 aus der Liste nehmen</translation>
    </message>
    <message>
        <source>memories of %1 per hour of video</source>
        <translation>%1 Gedächtnis je Stunde Video</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ModelsDialog</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>The model watches the videos of this library and answers the questions. Memories are never deleted by a change: each stays with the model that made it, and is used again when you come back to that model.</source>
        <translation>Das Modell sieht die Videos dieser Bibliothek an und beantwortet die Fragen. Ein Wechsel löscht nie ein Gedächtnis: Jedes bleibt bei dem Modell, das es angelegt hat, und wird wieder verwendet, sobald dieses Modell wieder gewählt ist.</translation>
    </message>
    <message>
        <source>Models cannot be downloaded from here yet. Download one as a folder from Hugging Face, for example llava-onevision-qwen2-0.5b-ov-hf, and add it.</source>
        <translation>Modelle lassen sich von hier aus noch nicht herunterladen. Eines als Ordner von Hugging Face herunterladen, zum Beispiel llava-onevision-qwen2-0.5b-ov-hf, und hier hinzufügen.</translation>
    </message>
    <message>
        <source>Add Folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Folder of a Model</source>
        <translation>Ordner eines Modells</translation>
    </message>
</context>
<context>
    <name>longtake::ui::OverviewBar</name>
    <message>
        <source>The whole video. Drag to move the part that is shown</source>
        <translation>Das ganze Video. Ziehen verschiebt den gezeigten Teil</translation>
    </message>
</context>
<context>
    <name>longtake::ui::PdfPages</name>
    <message>
        <source>Page %1 of %2</source>
        <translation>Seite %1 von %2</translation>
    </message>
</context>
<context>
    <name>longtake::ui::PictureSaver</name>
    <message>
        <source>Save Picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>Picture saved as %1</source>
        <translation>Bild gespeichert als %1</translation>
    </message>
</context>
<context>
    <name>longtake::ui::Player</name>
    <message>
        <source>No picture of it can be decoded</source>
        <translation>Kein Bild davon lässt sich dekodieren</translation>
    </message>
    <message>
        <source>libmpv could not be started</source>
        <translation>libmpv konnte nicht gestartet werden</translation>
    </message>
</context>
<context>
    <name>longtake::ui::PlayerActions</name>
    <message>
        <source>Copied %1</source>
        <translation>%1 kopiert</translation>
    </message>
    <message>
        <source>No marker or citation before this</source>
        <translation>Keine Marke und kein Beleg davor</translation>
    </message>
    <message>
        <source>No marker or citation after this</source>
        <translation>Keine Marke und kein Beleg danach</translation>
    </message>
    <message>
        <source>No cut before this</source>
        <translation>Kein Schnitt davor</translation>
    </message>
    <message>
        <source>No cut after this</source>
        <translation>Kein Schnitt danach</translation>
    </message>
    <message>
        <source>Audio: %1</source>
        <translation>Ton: %1</translation>
    </message>
    <message>
        <source>Subtitles: %1</source>
        <translation>Untertitel: %1</translation>
    </message>
    <message>
        <source>No subtitles</source>
        <translation>Keine Untertitel</translation>
    </message>
    <message>
        <source>Looping the marked range</source>
        <translation>Schleife: markierter Bereich</translation>
    </message>
    <message>
        <source>Looping the citation</source>
        <translation>Schleife: Beleg</translation>
    </message>
    <message>
        <source>Looping the whole video</source>
        <translation>Schleife: ganzes Video</translation>
    </message>
</context>
<context>
    <name>longtake::ui::PlayerPanel</name>
    <message>
        <source>Drop a video here</source>
        <translation>Ein Video hier ablegen</translation>
    </message>
    <message>
        <source>or a folder of videos. Longtake watches it once, and then you can ask about it.</source>
        <translation>oder einen Ordner mit Videos. Longtake sieht sich alles einmal an, danach lassen sich Fragen dazu stellen.</translation>
    </message>
    <message>
        <source>Open Files…</source>
        <translation>Dateien öffnen…</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>%1 wird geöffnet…</translation>
    </message>
    <message>
        <source>Try Again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Find the File…</source>
        <translation>Datei suchen…</translation>
    </message>
    <message>
        <source>%1 does not answer</source>
        <translation>%1 antwortet nicht</translation>
    </message>
    <message>
        <source>%1 is not where it was</source>
        <translation>%1 liegt nicht mehr am alten Ort</translation>
    </message>
    <message>
        <source>%1 cannot be played</source>
        <translation>%1 lässt sich nicht abspielen</translation>
    </message>
    <message>
        <source>The file is damaged or not complete. The player says: %1</source>
        <translation>Die Datei ist beschädigt oder unvollständig. Der Player meldet: %1</translation>
    </message>
    <message>
        <source>There is no file %1. What was seen of it is kept: show where it is now, and everything goes on.</source>
        <translation>Die Datei %1 gibt es nicht. Was davon gesehen wurde, bleibt erhalten: Ist der jetzige Ort angegeben, geht alles weiter.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::PreferencesDialog</name>
    <message>
        <source>One every %1 seconds</source>
        <translation>Alle %1&#xa0;s eines</translation>
    </message>
    <message>
        <source>One every second</source>
        <translation>Sekündlich eines</translation>
    </message>
    <message>
        <source>%1 every second</source>
        <translation>Sekündlich %1</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Pictures looked at</source>
        <translation>Angesehene Bilder</translation>
    </message>
    <message>
        <source>Keyframes only</source>
        <translation>Nur Schlüsselbilder</translation>
    </message>
    <message>
        <source>Takes the complete picture nearest to each instant, as the file holds it. Much faster on long recordings; times are less exact, and instants far from any keyframe are left out.</source>
        <translation>Nimmt zu jedem Zeitpunkt das nächstgelegene vollständige Bild, wie es in der Datei steht. Bei langen Aufnahmen viel schneller; die Zeiten sind weniger genau, und Zeitpunkte weitab von jedem Schlüsselbild entfallen.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Gedächtnis</translation>
    </message>
    <message>
        <source>Smallest (int4)</source>
        <translation>Am kleinsten (int4)</translation>
    </message>
    <message>
        <source>Uncompressed (bf16)</source>
        <translation>Unkomprimiert (bf16)</translation>
    </message>
    <message>
        <source>Limit the space of all memories</source>
        <translation>Gesamtgröße des Gedächtnisses begrenzen</translation>
    </message>
    <message>
        <source>Limit in gigabytes</source>
        <translation>Grenze in Gigabyte</translation>
    </message>
    <message>
        <source> GB</source>
        <translation>&#xa0;GB</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>The picture always stands on black.</source>
        <translation>Das Bild steht immer auf Schwarz.</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Counts from the next start. Questions can be asked in any language that the model knows.</source>
        <translation>Gilt ab dem nächsten Start. Fragen sind in jeder Sprache möglich, die das Modell beherrscht.</translation>
    </message>
    <message>
        <source>Library folder</source>
        <translation>Ordner der Bibliothek</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Graphics card if there is one, else processor</source>
        <translation>Grafikkarte, falls vorhanden, sonst Prozessor</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Graphics card (CUDA)</source>
        <translation>Grafikkarte (CUDA)</translation>
    </message>
    <message>
        <source>About Longtake says which one is in use.</source>
        <translation>„Über Longtake“ nennt das verwendete Gerät.</translation>
    </message>
    <message>
        <source>Weights of the model</source>
        <translation>Gewichte des Modells</translation>
    </message>
    <message>
        <source>What is fastest without loss</source>
        <translation>Das Schnellste ohne Verlust</translation>
    </message>
    <message>
        <source>Half the space of bf16 (int8)</source>
        <translation>Halb so groß wie bf16 (int8)</translation>
    </message>
    <message>
        <source>How the model is kept in memory while it runs. int8 needs the least and answers slightly differently.</source>
        <translation>Wie das Modell im Arbeitsspeicher liegt, während es läuft. int8 braucht am wenigsten und antwortet etwas anders.</translation>
    </message>
    <message>
        <source>Answers as the uncompressed memory does.</source>
        <translation>Antwortet wie das unkomprimierte Gedächtnis.</translation>
    </message>
    <message>
        <source>Answers can be less exact.</source>
        <translation>Antworten können ungenauer sein.</translation>
    </message>
    <message>
        <source>For comparisons.</source>
        <translation>Für Vergleiche.</translation>
    </message>
    <message>
        <source>About %1 per hour of video. %2</source>
        <translation>Etwa %1 je Stunde Video. %2</translation>
    </message>
    <message>
        <source>Memories of another quality stay on disk, but questions use those of the chosen one: such videos have to be watched again.</source>
        <translation>Gedächtnisse anderer Qualität bleiben auf der Festplatte, Fragen nutzen aber nur die der gewählten: Solche Videos müssen noch einmal angesehen werden.</translation>
    </message>
    <message>
        <source>All memories together take %1 now. When the limit is reached, watching waits.</source>
        <translation>Alle Gedächtnisse zusammen belegen jetzt %1. Ist die Grenze erreicht, wartet das Ansehen.</translation>
    </message>
    <message>
        <source>%1
Memories, conversations and markers lie there; the videos stay where they are.</source>
        <translation>%1
Dort liegen Gedächtnis, Gespräche und Marken; die Videos bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Folder of the Library</source>
        <translation>Ordner der Bibliothek</translation>
    </message>
    <message>
        <source>Shortcuts…</source>
        <translation>Tastenkürzel…</translation>
    </message>
    <message>
        <source>Compact (int8)</source>
        <translation>Kompakt (int8)</translation>
    </message>
    <message>
        <source>Quality of new memories</source>
        <translation>Qualität neuer Gedächtnisse</translation>
    </message>
    <message>
        <source>Space on disk</source>
        <translation>Platz auf der Festplatte</translation>
    </message>
    <message>
        <source>Limit to</source>
        <translation>Begrenzen auf</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Choose another library folder</source>
        <translation>Anderen Bibliotheksordner wählen</translation>
    </message>
    <message>
        <source>Show the library folder in the file manager</source>
        <translation>Bibliotheksordner in der Dateiverwaltung zeigen</translation>
    </message>
    <message>
        <source>As the model prefers</source>
        <translation>Wie vom Modell vorgesehen</translation>
    </message>
    <message>
        <source>%1 prefers one every second.</source>
        <translation>Für %1 vorgesehen: sekündlich eines.</translation>
    </message>
    <message>
        <source>%1 prefers one every %2 seconds.</source>
        <translation>Für %1 vorgesehen: alle %2&#xa0;s eines.</translation>
    </message>
    <message>
        <source>%1 prefers %2 every second.</source>
        <translation>Für %1 vorgesehen: sekündlich %2.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>%1 %.</source>
        <translation>%1&#xa0;%.</translation>
    </message>
    <message>
        <source>Also by %1 and %2.</source>
        <translation>Auch mit %1 und %2.</translation>
    </message>
    <message>
        <source>More pictures see shorter events, take longer and need more space. What has been started goes on at its own rate.</source>
        <translation>Mehr Bilder erfassen kürzere Ereignisse, dauern länger und brauchen mehr Platz. Begonnenes läuft mit seiner eigenen Rate weiter.</translation>
    </message>
    <message>
        <source>With this choice an hour of video takes about %1 of memory.</source>
        <translation>Bei dieser Wahl braucht eine Stunde Video etwa %1 Gedächtnis.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::QuestionBox</name>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Ask about these videos…</source>
        <translation>Frage zu diesen Videos…</translation>
    </message>
    <message>
        <source>Ask about this video…</source>
        <translation>Frage zu diesem Video…</translation>
    </message>
    <message>
        <source>Open a video to ask about it</source>
        <translation>Zum Fragen ein Video öffnen</translation>
    </message>
    <message>
        <source>Too long for a question</source>
        <translation>Zu lang für eine Frage</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort abbrechen</translation>
    </message>
    <message>
        <source>Send  (Enter)</source>
        <translation>Senden  (Eingabetaste)</translation>
    </message>
</context>
<context>
    <name>longtake::ui::QueueStrip</name>
    <message>
        <source>watching stopped</source>
        <translation>Ansehen abgebrochen</translation>
    </message>
    <message>
        <source>watching is paused</source>
        <translation>Ansehen ist angehalten</translation>
    </message>
    <message numerus="yes">
        <source>%n to watch</source>
        <translation>
            <numerusform>noch %n anzusehen</numerusform>
            <numerusform>noch %n anzusehen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, about %2</source>
        <translation>%1, etwa %2</translation>
    </message>
    <message>
        <source>adding %1 of %2</source>
        <translation>%1 von %2 wird hinzugefügt</translation>
    </message>
    <message>
        <source>Stop adding</source>
        <translation>Hinzufügen beenden</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Alle anhalten</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>Alle fortsetzen</translation>
    </message>
</context>
<context>
    <name>longtake::ui::Relinker</name>
    <message>
        <source>Where is %1 now?</source>
        <translation>Wo liegt %1 jetzt?</translation>
    </message>
    <message>
        <source>Videos (%1)</source>
        <translation>Videos (%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ScopePicker</name>
    <message>
        <source>Up to %1</source>
        <translation>Bis %1</translation>
    </message>
    <message numerus="yes">
        <source>%n video(s)</source>
        <translation>
            <numerusform>%n Video</numerusform>
            <numerusform>%n Videos</numerusform>
        </translation>
    </message>
    <message>
        <source>What the question is about: %1</source>
        <translation>Worauf sich die Frage bezieht: %1</translation>
    </message>
    <message>
        <source>Open a video first</source>
        <translation>Zuerst ein Video öffnen</translation>
    </message>
    <message>
        <source>Nothing seen yet</source>
        <translation>Noch nichts gesehen</translation>
    </message>
    <message>
        <source>None of these has been seen yet</source>
        <translation>Noch keines davon gesehen</translation>
    </message>
    <message>
        <source>Whole Video</source>
        <translation>Ganzes Video</translation>
    </message>
    <message>
        <source>Marked Range</source>
        <translation>Markierter Bereich</translation>
    </message>
    <message>
        <source>Whole Library</source>
        <translation>Ganze Bibliothek</translation>
    </message>
    <message>
        <source>Up to Here (%1)</source>
        <translation>Bis hier (%1)</translation>
    </message>
    <message>
        <source>Marked Range (%1)</source>
        <translation>Markierter Bereich (%1)</translation>
    </message>
    <message>
        <source>Selected Videos…</source>
        <translation>Ausgewählte Videos…</translation>
    </message>
</context>
<context>
    <name>longtake::ui::SearchModel</name>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Marker</source>
        <translation>Marke</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
</context>
<context>
    <name>longtake::ui::SearchPanel</name>
    <message>
        <source>Search questions, answers and markers</source>
        <translation>Fragen, Antworten, Marken durchsuchen</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Alles durchsuchen</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>The search failed</source>
        <translation>Die Suche ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>Find what was said before</source>
        <translation>Früher Gesagtes finden</translation>
    </message>
    <message>
        <source>Every question, answer, marker and note of all videos is searched as you type.</source>
        <translation>Die Fragen, Antworten, Marken und Notizen aller Videos werden beim Tippen durchsucht.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Nothing that was asked, answered or marked has all of these words. Try fewer.</source>
        <translation>Keine Frage, Antwort oder Marke enthält alle diese Wörter. Weniger Wörter versuchen.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ShortcutRow</name>
    <message>
        <source>New keys for %1</source>
        <translation>Neue Tasten für %1</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Keine Taste</translation>
    </message>
    <message>
        <source>No key for %1</source>
        <translation>Keine Taste für %1</translation>
    </message>
    <message>
        <source>The usual keys for %1</source>
        <translation>Standardtasten für %1</translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation>Zurücksetzen auf: %1</translation>
    </message>
    <message>
        <source>no key</source>
        <translation>keine Taste</translation>
    </message>
    <message>
        <source>Take It</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Leave It</source>
        <translation>Belassen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Click, then press the new keys</source>
        <translation>Anklicken, dann die neuen Tasten drücken</translation>
    </message>
    <message>
        <source>Keys for %1: %2</source>
        <translation>Tasten für %1: %2</translation>
    </message>
    <message>
        <source>%1 belongs to “%2”.</source>
        <translation>%1 gehört zu „%2“.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::ShortcutsDialog</name>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Search for an action or a key</source>
        <translation>Nach Aktion oder Taste suchen</translation>
    </message>
    <message>
        <source>No action and no key is called that.</source>
        <translation>Keine Aktion und keine Taste heißt so.</translation>
    </message>
    <message>
        <source>Reset All</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Click on a key to change it.</source>
        <translation>Zum Ändern auf eine Taste klicken.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::StartPage</name>
    <message>
        <source>What happens in this video?</source>
        <translation>Was geschieht in diesem Video?</translation>
    </message>
    <message>
        <source>What can be seen at the beginning?</source>
        <translation>Was ist am Anfang zu sehen?</translation>
    </message>
    <message>
        <source>What changes towards the end?</source>
        <translation>Was ändert sich gegen Ende?</translation>
    </message>
    <message>
        <source>No video is open</source>
        <translation>Kein Video geöffnet</translation>
    </message>
    <message>
        <source>Nothing seen yet</source>
        <translation>Noch nichts gesehen</translation>
    </message>
    <message>
        <source>Ask about this video</source>
        <translation>Fragen zu diesem Video</translation>
    </message>
    <message>
        <source>Every answer names the moments it rests on: click one to see for yourself.</source>
        <translation>Jede Antwort nennt die Stellen, auf die sie sich stützt: anklicken und selbst nachsehen.</translation>
    </message>
    <message>
        <source>Open a video, or drop one into the window. You can ask about it as soon as its first seconds have been seen.</source>
        <translation>Ein Video öffnen oder ins Fenster ziehen. Fragen sind möglich, sobald die ersten Sekunden gesehen sind.</translation>
    </message>
    <message>
        <source>Ask as soon as the first seconds have been seen.</source>
        <translation>Fragen sind möglich, sobald die ersten Sekunden gesehen sind.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::SuggestionButton</name>
    <message>
        <source>Asks this question</source>
        <translation>Stellt diese Frage</translation>
    </message>
</context>
<context>
    <name>longtake::ui::TimeButton</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>, frame %1</source>
        <translation>, Bild %1</translation>
    </message>
    <message>
        <source>%1
Click to copy the time</source>
        <translation>%1
Klick kopiert die Zeit</translation>
    </message>
    <message>
        <source>frame %1</source>
        <translation>Bild %1</translation>
    </message>
</context>
<context>
    <name>longtake::ui::TimelineMouse</name>
    <message>
        <source>Citation %1</source>
        <translation>Beleg %1</translation>
    </message>
    <message>
        <source>Play in a Loop</source>
        <translation>In einer Schleife abspielen</translation>
    </message>
    <message>
        <source>Make a Marker</source>
        <translation>Marke setzen</translation>
    </message>
</context>
<context>
    <name>longtake::ui::TimelineView</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>How long this video is will be known when it plays</source>
        <translation>Wie lang dieses Video ist, zeigt sich beim Abspielen</translation>
    </message>
    <message>
        <source>Open a video to see its timeline here</source>
        <translation>Nach dem Öffnen eines Videos steht hier seine Zeitleiste</translation>
    </message>
</context>
<context>
    <name>longtake::ui::Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
</context>
<context>
    <name>longtake::ui::TransportBar</name>
    <message>
        <source>%1×</source>
        <translation>%1×</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>Audio track</source>
        <translation>Tonspur</translation>
    </message>
    <message>
        <source>Subtitles</source>
        <translation>Untertitel</translation>
    </message>
    <message>
        <source>More controls</source>
        <translation>Weitere Bedienelemente</translation>
    </message>
    <message>
        <source>Marked: %1, %2. Click to play it once.</source>
        <translation>Markiert: %1, %2. Klick spielt einmal ab.</translation>
    </message>
    <message>
        <source>Speed %1</source>
        <translation>Geschwindigkeit %1</translation>
    </message>
    <message>
        <source>Volume %1 %</source>
        <translation>Lautstärke %1&#xa0;%</translation>
    </message>
    <message>
        <source>Start of the marked range; its end is not set yet</source>
        <translation>Anfang des markierten Bereichs; das Ende fehlt noch</translation>
    </message>
    <message>
        <source>End of the marked range; its start is not set yet</source>
        <translation>Ende des markierten Bereichs; der Anfang fehlt noch</translation>
    </message>
    <message>
        <source>No Subtitles</source>
        <translation>Keine Untertitel</translation>
    </message>
</context>
<context>
    <name>longtake::ui::TroubleCard</name>
    <message>
        <source>Close this message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weitere</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::TroublePage</name>
    <message>
        <source>The library cannot be opened</source>
        <translation>Die Bibliothek lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>Try Again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Choose Another Folder…</source>
        <translation>Anderen Ordner wählen…</translation>
    </message>
    <message>
        <source>Use the Processor</source>
        <translation>Prozessor benutzen</translation>
    </message>
    <message>
        <source>The graphics card does not answer</source>
        <translation>Die Grafikkarte antwortet nicht</translation>
    </message>
    <message>
        <source>The preferences say that the graphics card (CUDA) is to be used. The processor does the same work, more slowly. Your library, its answers and its markers are not touched.</source>
        <translation>Laut Einstellungen soll die Grafikkarte (CUDA) benutzt werden. Der Prozessor leistet dasselbe, langsamer. Bibliothek, Antworten und Marken bleiben unberührt.</translation>
    </message>
</context>
<context>
    <name>longtake::ui::TurnView</name>
    <message>
        <source>Edit the question in a new conversation</source>
        <translation>Frage in einem neuen Gespräch bearbeiten</translation>
    </message>
    <message numerus="yes">
        <source>%n earlier answer(s)</source>
        <translation>
            <numerusform>%n frühere Antwort</numerusform>
            <numerusform>%n frühere Antworten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::VideoArea</name>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
</context>
<context>
    <name>longtake::ui::VideoChooser</name>
    <message>
        <source>Ask about these videos</source>
        <translation>Zu diesen Videos fragen</translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation>Nach Namen filtern</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Videos</translation>
    </message>
    <message>
        <source>Ask about these</source>
        <translation>Zu diesen fragen</translation>
    </message>
    <message>
        <source>%1 (not seen yet)</source>
        <translation>%1 (noch nicht gesehen)</translation>
    </message>
    <message>
        <source>Tick the videos that the question is about</source>
        <translation>Die Videos ankreuzen, um die es in der Frage geht</translation>
    </message>
    <message numerus="yes">
        <source>%n video(s) ticked</source>
        <translation>
            <numerusform>%n Video angekreuzt</numerusform>
            <numerusform>%n Videos angekreuzt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>longtake::ui::VideoDelegate</name>
    <message>
        <source>Pause watching</source>
        <translation>Ansehen anhalten</translation>
    </message>
    <message>
        <source>Watch</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Say where the file lies now…</source>
        <translation>Jetzigen Ort der Datei angeben…</translation>
    </message>
</context>
<context>
    <name>longtake::ui::VideoListView</name>
    <message>
        <source>Videos</source>
        <translation>Videos</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Ask questions about video of any length.</source>
        <translation>Fragen zu Videos beliebiger Länge stellen.</translation>
    </message>
    <message>
        <source>Videos, folders or addresses</source>
        <translation>Videos, Ordner oder Adressen</translation>
    </message>
    <message>
        <source>Folder of the library</source>
        <translation>Ordner der Bibliothek</translation>
    </message>
    <message>
        <source>Folder of a model, or nano</source>
        <translation>Ordner eines Modells oder nano</translation>
    </message>
    <message>
        <source>auto, cpu or cuda</source>
        <translation>auto, cpu oder cuda</translation>
    </message>
    <message>
        <source>Draw pictures without the graphics card</source>
        <translation>Bilder ohne die Grafikkarte zeichnen</translation>
    </message>
</context>
</TS>
