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
    <message>
        <source>Sort Library by &amp;Date Added</source>
        <translation>Bibliothek nach &amp;Datum sortieren</translation>
    </message>
    <message>
        <source>Sort Library by &amp;Name</source>
        <translation>Bibliothek nach &amp;Namen sortieren</translation>
    </message>
    <message>
        <source>Sort Library by Len&amp;gth</source>
        <translation>Bibliothek nach Länge sor&amp;tieren</translation>
    </message>
    <message>
        <source>&amp;Reverse the Library&apos;s Order</source>
        <translation>Reihenfolge der Bibliothek &amp;umkehren</translation>
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
    <message>
        <source>Weakly confirmed</source>
        <translation>Schwach bestätigt</translation>
    </message>
    <message>
        <source>A removed video</source>
        <translation>Ein entferntes Video</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>The library is not open</source>
        <translation>Die Bibliothek ist nicht geöffnet</translation>
    </message>
    <message>
        <source>Choose a library folder in the preferences</source>
        <translation>In den Einstellungen einen Bibliotheksordner wählen</translation>
    </message>
    <message>
        <source>There is not enough memory for this</source>
        <translation>Dafür reicht der Arbeitsspeicher nicht</translation>
    </message>
    <message>
        <source>Close other programs, or use a smaller model.</source>
        <translation>Andere Programme schließen oder ein kleineres Modell verwenden.</translation>
    </message>
    <message>
        <source>This is a bug in Longtake: please report it.</source>
        <translation>Das ist ein Fehler in Longtake: bitte melden.</translation>
    </message>
    <message>
        <source>This is a fault of the program. Report it.</source>
        <translation>Das ist ein Fehler des Programms. Bitte melden.</translation>
    </message>
    <message>
        <source>Use the processor, or make the graphics card answer.</source>
        <translation>Den Prozessor verwenden oder die Grafikkarte wieder in Gang bringen.</translation>
    </message>
    <message>
        <source>The graphics card is short of memory: fewer frames are watched at a time</source>
        <translation>Der Speicher der Grafikkarte ist knapp: Es werden weniger Bilder auf einmal angesehen</translation>
    </message>
    <message>
        <source>Watching is slower now. Close other programs that use the graphics card.</source>
        <translation>Das Ansehen ist jetzt langsamer. Andere Programme schließen, die die Grafikkarte benutzen.</translation>
    </message>
    <message>
        <source>The graphics card stopped working: the processor goes on</source>
        <translation>Die Grafikkarte ist ausgefallen: Der Prozessor macht weiter</translation>
    </message>
    <message>
        <source>The graphics card has no room for this model: the processor is used</source>
        <translation>Die Grafikkarte hat keinen Platz für dieses Modell: Der Prozessor wird verwendet</translation>
    </message>
    <message>
        <source>There is no such video in the library</source>
        <translation>Dieses Video ist nicht in der Bibliothek</translation>
    </message>
    <message>
        <source>It may have been removed. Look at the list again.</source>
        <translation>Vielleicht wurde es entfernt. Noch einmal in der Liste nachsehen.</translation>
    </message>
    <message>
        <source>It may have been removed.</source>
        <translation>Vielleicht wurde es entfernt.</translation>
    </message>
    <message>
        <source>%1 has not been watched with %2 yet</source>
        <translation>%1 wurde mit %2 noch nicht angesehen</translation>
    </message>
    <message>
        <source>Press Watch beside the video in the library first.</source>
        <translation>Zuerst „Ansehen“ beim Video in der Bibliothek drücken.</translation>
    </message>
    <message>
        <source>%1 is not in the library</source>
        <translation>%1 ist nicht in der Bibliothek</translation>
    </message>
    <message>
        <source>The question is empty</source>
        <translation>Die Frage ist leer</translation>
    </message>
    <message>
        <source>Write what is to be answered.</source>
        <translation>Schreiben, was beantwortet werden soll.</translation>
    </message>
    <message>
        <source>No video is named</source>
        <translation>Es ist kein Video genannt</translation>
    </message>
    <message>
        <source>Choose a file.</source>
        <translation>Eine Datei wählen.</translation>
    </message>
    <message>
        <source>Add the video first.</source>
        <translation>Das Video zuerst hinzufügen.</translation>
    </message>
    <message>
        <source>There is no such conversation</source>
        <translation>Dieses Gespräch gibt es nicht</translation>
    </message>
    <message>
        <source>There is no conversation %1</source>
        <translation>Gespräch %1 gibt es nicht</translation>
    </message>
    <message>
        <source>Conversation %1 is not about %2</source>
        <translation>In Gespräch %1 geht es nicht um %2</translation>
    </message>
    <message>
        <source>Choose one of this video&apos;s conversations.</source>
        <translation>Eines der Gespräche zu diesem Video wählen.</translation>
    </message>
    <message>
        <source>The export was stopped</source>
        <translation>Der Export wurde abgebrochen</translation>
    </message>
    <message>
        <source>Saving the frame was stopped</source>
        <translation>Das Speichern des Bildes wurde abgebrochen</translation>
    </message>
    <message>
        <source>%1 has no picture at %2</source>
        <translation>%1 hat bei %2 kein Bild</translation>
    </message>
    <message>
        <source>The video ends at %1.</source>
        <translation>Das Video endet bei %1.</translation>
    </message>
    <message>
        <source>%1 is the video itself</source>
        <translation>%1 ist das Video selbst</translation>
    </message>
    <message>
        <source>Choose another name: the source is never written to.</source>
        <translation>Einen anderen Namen wählen: In die Quelle wird nie geschrieben.</translation>
    </message>
    <message>
        <source>There is no name for the file</source>
        <translation>Die Datei hat keinen Namen</translation>
    </message>
    <message>
        <source>Say where it is to be written.</source>
        <translation>Angeben, wohin sie geschrieben werden soll.</translation>
    </message>
    <message>
        <source>%1: the file of %2 is not there</source>
        <translation>%1: Die Datei von %2 ist nicht da</translation>
    </message>
    <message>
        <source>If it was moved or renamed, tell where it is now; what was seen of it is kept. Else connect the drive that it lies on.</source>
        <translation>Wurde sie verschoben oder umbenannt, den jetzigen Ort angeben; was davon gesehen wurde, bleibt erhalten. Sonst das Laufwerk anschließen, auf dem sie liegt.</translation>
    </message>
    <message>
        <source>This command exports nothing</source>
        <translation>Dieser Befehl exportiert nichts</translation>
    </message>
    <message>
        <source>So many pictures of this size are not made at once</source>
        <translation>So viele Bilder dieser Größe werden nicht auf einmal erzeugt</translation>
    </message>
    <message>
        <source>Ask for smaller ones, or for those that can be seen first.</source>
        <translation>Kleinere anfordern, oder zuerst die sichtbaren.</translation>
    </message>
    <message>
        <source>%1: this address has no index by which to find its pictures</source>
        <translation>%1: Diese Adresse hat kein Verzeichnis, in dem sich ihre Bilder finden ließen</translation>
    </message>
    <message>
        <source>Save the video as a file and add that.</source>
        <translation>Das Video als Datei speichern und diese hinzufügen.</translation>
    </message>
    <message>
        <source>The self-test of the model was cancelled</source>
        <translation>Der Selbsttest des Modells wurde abgebrochen</translation>
    </message>
    <message>
        <source>The self-test asked no answerable question</source>
        <translation>Der Selbsttest stellte keine beantwortbare Frage</translation>
    </message>
    <message>
        <source>%1: cannot read: %2</source>
        <translation>%1: lässt sich nicht lesen: %2</translation>
    </message>
    <message>
        <source>%1: cannot create: %2</source>
        <translation>%1: lässt sich nicht anlegen: %2</translation>
    </message>
    <message>
        <source>%1: cannot open: %2</source>
        <translation>%1: lässt sich nicht öffnen: %2</translation>
    </message>
    <message>
        <source>%1: cannot examine: %2</source>
        <translation>%1: lässt sich nicht untersuchen: %2</translation>
    </message>
    <message>
        <source>%1: cannot write: %2</source>
        <translation>%1: lässt sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>%1: cannot resize: %2</source>
        <translation>%1: lässt sich nicht in der Größe ändern: %2</translation>
    </message>
    <message>
        <source>%1: cannot save: %2</source>
        <translation>%1: lässt sich nicht sichern: %2</translation>
    </message>
    <message>
        <source>%1: cannot lock: %2</source>
        <translation>%1: lässt sich nicht sperren: %2</translation>
    </message>
    <message>
        <source>%1: cannot map: %2</source>
        <translation>%1: lässt sich nicht einblenden: %2</translation>
    </message>
    <message>
        <source>%1: cannot replace: %2</source>
        <translation>%1: lässt sich nicht ersetzen: %2</translation>
    </message>
    <message>
        <source>%1: cannot create the directory: %2</source>
        <translation>%1: Ordner lässt sich nicht anlegen: %2</translation>
    </message>
    <message>
        <source>%1: cannot remove: %2</source>
        <translation>%1: lässt sich nicht entfernen: %2</translation>
    </message>
    <message>
        <source>Check that the path is right and that its drive is connected.</source>
        <translation>Prüfen, ob der Pfad stimmt und das Laufwerk angeschlossen ist.</translation>
    </message>
    <message>
        <source>Change the permissions, or choose another place.</source>
        <translation>Die Zugriffsrechte ändern oder einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>Free some space on this drive, then try again.</source>
        <translation>Auf diesem Laufwerk Platz schaffen, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>Close other programs, then try again.</source>
        <translation>Andere Programme schließen, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>Choose a shorter name.</source>
        <translation>Einen kürzeren Namen wählen.</translation>
    </message>
    <message>
        <source>Check the drive and its connection, then try again.</source>
        <translation>Das Laufwerk und seinen Anschluss prüfen, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>%1: the file ends before byte %2</source>
        <translation>%1: Die Datei endet vor Byte %2</translation>
    </message>
    <message>
        <source>The file was cut off or is still being copied. Restore or recreate it.</source>
        <translation>Die Datei ist abgeschnitten oder wird noch kopiert. Sie wiederherstellen oder neu anlegen.</translation>
    </message>
    <message>
        <source>%1: the file has %2 bytes, more than the %3 that are expected of it</source>
        <translation>%1: Die Datei hat %2 Bytes, mehr als die erwarteten %3</translation>
    </message>
    <message>
        <source>Check that this is the right file.</source>
        <translation>Prüfen, ob das die richtige Datei ist.</translation>
    </message>
    <message>
        <source>%1: cannot write the log: %2</source>
        <translation>%1: Das Protokoll lässt sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>Choose another place for the log.</source>
        <translation>Einen anderen Ort für das Protokoll wählen.</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>Datei oder Ordner nicht gefunden</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>keine Berechtigung</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>nicht erlaubt</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>das Dateisystem ist schreibgeschützt</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>kein Platz mehr auf dem Datenträger</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>das Kontingent auf dem Datenträger ist erschöpft</translation>
    </message>
    <message>
        <source>File too large</source>
        <translation>die Datei ist zu groß</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>das ist ein Ordner</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>das ist kein Ordner</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>die Datei gibt es schon</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>der Name ist zu lang</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>I/O error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>zu viele offene Dateien</translation>
    </message>
    <message>
        <source>Too many levels of symbolic links</source>
        <translation>die Verknüpfungen führen im Kreis</translation>
    </message>
    <message>
        <source>Cannot allocate memory</source>
        <translation>zu wenig Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>Gerät oder Datei ist belegt</translation>
    </message>
    <message>
        <source>Text file busy</source>
        <translation>die Datei ist belegt</translation>
    </message>
    <message>
        <source>Stale file handle</source>
        <translation>die Datei ist auf dem Server nicht mehr da</translation>
    </message>
    <message>
        <source>Transport endpoint is not connected</source>
        <translation>das Laufwerk ist nicht verbunden</translation>
    </message>
    <message>
        <source>Invalid data found when processing input</source>
        <translation>ungültige Daten</translation>
    </message>
    <message>
        <source>End of file</source>
        <translation>Ende der Datei</translation>
    </message>
    <message>
        <source>Invalid argument</source>
        <translation>ungültige Angabe</translation>
    </message>
    <message>
        <source>Connection refused</source>
        <translation>Verbindung abgelehnt</translation>
    </message>
    <message>
        <source>Connection timed out</source>
        <translation>keine Antwort</translation>
    </message>
    <message>
        <source>Network is unreachable</source>
        <translation>das Netz ist nicht erreichbar</translation>
    </message>
    <message>
        <source>No route to host</source>
        <translation>der Rechner ist nicht erreichbar</translation>
    </message>
    <message>
        <source>Connection reset by peer</source>
        <translation>die Gegenseite hat die Verbindung getrennt</translation>
    </message>
    <message>
        <source>Protocol not found</source>
        <translation>unbekannte Art von Adresse</translation>
    </message>
    <message>
        <source>Server returned 404 Not Found</source>
        <translation>der Server kennt diese Adresse nicht</translation>
    </message>
    <message>
        <source>Server returned 403 Forbidden (access denied)</source>
        <translation>der Server verweigert den Zugriff</translation>
    </message>
    <message>
        <source>Server returned 401 Unauthorized (authorization failed)</source>
        <translation>der Server verlangt eine Anmeldung</translation>
    </message>
    <message>
        <source>Server returned 5XX Server Error reply</source>
        <translation>der Server meldet einen Fehler</translation>
    </message>
    <message>
        <source>database disk image is malformed</source>
        <translation>die Datenbank ist beschädigt</translation>
    </message>
    <message>
        <source>file is not a database</source>
        <translation>die Datei ist keine Datenbank</translation>
    </message>
    <message>
        <source>database is locked</source>
        <translation>die Datenbank ist gesperrt</translation>
    </message>
    <message>
        <source>disk I/O error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>database or disk is full</source>
        <translation>Datenbank oder Datenträger ist voll</translation>
    </message>
    <message>
        <source>attempt to write a readonly database</source>
        <translation>die Datenbank ist schreibgeschützt</translation>
    </message>
    <message>
        <source>unable to open database file</source>
        <translation>die Datenbank lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>FOREIGN KEY constraint failed</source>
        <translation>etwas, worauf verwiesen wird, fehlt</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>zu wenig Arbeitsspeicher</translation>
    </message>
    <message>
        <source>There is not enough memory to decode.</source>
        <translation>Zum Dekodieren reicht der Arbeitsspeicher nicht.</translation>
    </message>
    <message>
        <source>%1: no such file.</source>
        <translation>%1: Diese Datei gibt es nicht.</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>Den Pfad prüfen.</translation>
    </message>
    <message>
        <source>%1 is a folder, not a video.</source>
        <translation>%1 ist ein Ordner, kein Video.</translation>
    </message>
    <message>
        <source>Name a file in it.</source>
        <translation>Eine Datei darin angeben.</translation>
    </message>
    <message>
        <source>%1 is not a file.</source>
        <translation>%1 ist keine Datei.</translation>
    </message>
    <message>
        <source>Name a video file.</source>
        <translation>Eine Videodatei angeben.</translation>
    </message>
    <message>
        <source>%1: you may not read this file.</source>
        <translation>%1: Für diese Datei fehlt die Leseberechtigung.</translation>
    </message>
    <message>
        <source>Check the file&apos;s permissions.</source>
        <translation>Die Zugriffsrechte der Datei prüfen.</translation>
    </message>
    <message>
        <source>%1 is empty: it holds no bytes at all.</source>
        <translation>%1 ist leer: Die Datei enthält kein einziges Byte.</translation>
    </message>
    <message>
        <source>The copy or the recording probably failed; get the file again.</source>
        <translation>Wahrscheinlich ist das Kopieren oder Aufnehmen fehlgeschlagen; die Datei noch einmal besorgen.</translation>
    </message>
    <message>
        <source>%1: no answer within 30 seconds.</source>
        <translation>%1: keine Antwort innerhalb von 30&#xa0;Sekunden.</translation>
    </message>
    <message>
        <source>Check the address and the network.</source>
        <translation>Adresse und Netzwerk prüfen.</translation>
    </message>
    <message>
        <source>%1: opening was stopped.</source>
        <translation>%1: Das Öffnen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>%1: not enough memory to open it.</source>
        <translation>%1: Zum Öffnen reicht der Arbeitsspeicher nicht.</translation>
    </message>
    <message>
        <source>%1: not found.</source>
        <translation>%1: nicht gefunden.</translation>
    </message>
    <message>
        <source>Check the address.</source>
        <translation>Die Adresse prüfen.</translation>
    </message>
    <message>
        <source>%1: cannot be read (%2).</source>
        <translation>%1 lässt sich nicht lesen (%2).</translation>
    </message>
    <message>
        <source>Check that the file is still there.</source>
        <translation>Prüfen, ob die Datei noch da ist.</translation>
    </message>
    <message>
        <source>%1 is cut off or damaged: it begins like an MP4 or MOV video, but the index (moov) that says where its pictures are is missing or unreadable.</source>
        <translation>%1 ist abgeschnitten oder beschädigt: Die Datei beginnt wie ein MP4- oder MOV-Video, aber das Verzeichnis (moov), in dem steht, wo die Bilder liegen, fehlt oder ist unlesbar.</translation>
    </message>
    <message>
        <source>Copy it again from the source, or repair it with a tool such as untrunc.</source>
        <translation>Noch einmal von der Quelle kopieren oder mit einem Werkzeug wie untrunc reparieren.</translation>
    </message>
    <message>
        <source>%1 is not a video file that can be read.</source>
        <translation>%1 ist keine lesbare Videodatei.</translation>
    </message>
    <message>
        <source>Longtake reads what FFmpeg reads: MP4, MOV, MKV, WebM, AVI, MPEG-TS, GIF and others.</source>
        <translation>Longtake liest, was FFmpeg liest: MP4, MOV, MKV, WebM, AVI, MPEG-TS, GIF und andere.</translation>
    </message>
    <message>
        <source>%1 has sound but no picture.</source>
        <translation>%1 hat Ton, aber kein Bild.</translation>
    </message>
    <message>
        <source>Longtake watches video; audio-only files cannot be added.</source>
        <translation>Longtake sieht Videos an; reine Tondateien lassen sich nicht hinzufügen.</translation>
    </message>
    <message>
        <source>%1 holds no video.</source>
        <translation>%1 enthält kein Video.</translation>
    </message>
    <message>
        <source>Longtake watches video; this file has none that can be recognised.</source>
        <translation>Longtake sieht Videos an; in dieser Datei ist keines zu erkennen.</translation>
    </message>
    <message>
        <source>%1 is encrypted (copy protected); its pictures cannot be decoded.</source>
        <translation>%1 ist verschlüsselt (kopiergeschützt); die Bilder lassen sich nicht dekodieren.</translation>
    </message>
    <message>
        <source>Use a copy without protection.</source>
        <translation>Eine Kopie ohne Schutz verwenden.</translation>
    </message>
    <message>
        <source>%1 uses a video codec that is not known here.</source>
        <translation>%1 benutzt einen Videocodec, der hier nicht bekannt ist.</translation>
    </message>
    <message>
        <source>Convert the file to H.264, for example with ffmpeg -i FILE -c:v libx264 OUT.mp4.</source>
        <translation>Die Datei in H.264 umwandeln, zum Beispiel mit ffmpeg -i DATEI -c:v libx264 AUSGABE.mp4.</translation>
    </message>
    <message>
        <source>%1: pictures of %2 x %3 pixels are beyond the limit of %4 a side.</source>
        <translation>%1: Bilder von %2 x %3 Pixeln überschreiten die Grenze von %4 je Seite.</translation>
    </message>
    <message>
        <source>The file is probably damaged.</source>
        <translation>Die Datei ist wahrscheinlich beschädigt.</translation>
    </message>
    <message>
        <source>%1: no picture could be decoded (%2, %3 packets read).</source>
        <translation>%1: Kein Bild ließ sich dekodieren (%2, %3 Pakete gelesen).</translation>
    </message>
    <message>
        <source>The file is damaged or cut off, or encrypted. Does another player show it?</source>
        <translation>Die Datei ist beschädigt, abgeschnitten oder verschlüsselt. Zeigt ein anderer Player sie?</translation>
    </message>
    <message>
        <source>%1: the connection was lost (%2).</source>
        <translation>%1: Die Verbindung ist abgebrochen (%2).</translation>
    </message>
    <message>
        <source>What was seen so far is kept; start again to continue.</source>
        <translation>Das bisher Gesehene bleibt erhalten; zum Fortsetzen neu starten.</translation>
    </message>
    <message>
        <source>%1: cannot be positioned.</source>
        <translation>%1: Die gesuchte Stelle ist nicht zu erreichen.</translation>
    </message>
    <message>
        <source>%1: cannot go back to the beginning.</source>
        <translation>%1: Zurück zum Anfang geht es nicht.</translation>
    </message>
    <message>
        <source>%1: there is no decoder for %2.</source>
        <translation>%1: Für %2 gibt es keinen Decoder.</translation>
    </message>
    <message>
        <source>%1: the %2 decoder does not accept it (%3).</source>
        <translation>%1: Der Decoder %2 nimmt es nicht an (%3).</translation>
    </message>
    <message>
        <source>The file may be damaged, or use a variant that this FFmpeg cannot decode.</source>
        <translation>Vielleicht ist die Datei beschädigt oder benutzt eine Variante, die dieses FFmpeg nicht dekodieren kann.</translation>
    </message>
    <message>
        <source>A picture has an impossible size or format.</source>
        <translation>Ein Bild hat eine unmögliche Größe oder ein unmögliches Format.</translation>
    </message>
    <message>
        <source>Pictures of the format %1 cannot be converted to RGB.</source>
        <translation>Bilder im Format %1 lassen sich nicht in RGB umwandeln.</translation>
    </message>
    <message>
        <source>A picture cannot be encoded: %1.</source>
        <translation>Ein Bild lässt sich nicht kodieren: %1.</translation>
    </message>
    <message>
        <source>A picture cannot be converted for JPEG.</source>
        <translation>Ein Bild lässt sich nicht für JPEG umwandeln.</translation>
    </message>
    <message>
        <source>An empty picture cannot be written.</source>
        <translation>Ein leeres Bild lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>This FFmpeg has no encoder for %1.</source>
        <translation>Dieses FFmpeg hat keinen Encoder für %1.</translation>
    </message>
    <message>
        <source>%1: looking for cuts was stopped.</source>
        <translation>%1: Die Suche nach Schnitten wurde abgebrochen.</translation>
    </message>
    <message>
        <source>%1: the cuts of an address are not looked for, because it may never end.</source>
        <translation>%1: In einer Adresse wird nicht nach Schnitten gesucht, weil sie vielleicht nie endet.</translation>
    </message>
    <message>
        <source>%1: there is no decoder for its sound (%2).</source>
        <translation>%1: Für den Ton (%2) gibt es keinen Decoder.</translation>
    </message>
    <message>
        <source>The pictures are not concerned. To see the sound, convert it to AAC.</source>
        <translation>Die Bilder sind nicht betroffen. Um den Ton zu sehen, ihn in AAC umwandeln.</translation>
    </message>
    <message>
        <source>%1: reading was stopped.</source>
        <translation>%1: Das Lesen wurde abgebrochen.</translation>
    </message>
    <message>
        <source>%1: the sound of an address is not measured, because it may never end.</source>
        <translation>%1: Der Ton einer Adresse wird nicht gemessen, weil sie vielleicht nie endet.</translation>
    </message>
    <message>
        <source>The pictures cannot be encoded (%1).</source>
        <translation>Die Bilder lassen sich nicht kodieren (%1).</translation>
    </message>
    <message>
        <source>The sound cannot be encoded (%1).</source>
        <translation>Der Ton lässt sich nicht kodieren (%1).</translation>
    </message>
    <message>
        <source>The pictures cannot be converted for H.264 (%1).</source>
        <translation>Die Bilder lassen sich nicht für H.264 umwandeln (%1).</translation>
    </message>
    <message>
        <source>A copy without encoding may still be possible.</source>
        <translation>Eine Kopie ohne Kodieren ist vielleicht trotzdem möglich.</translation>
    </message>
    <message>
        <source>This FFmpeg has no H.264 encoder (libx264).</source>
        <translation>Dieses FFmpeg hat keinen H.264-Encoder (libx264).</translation>
    </message>
    <message>
        <source>Choose the copied kind of clip, or install FFmpeg&apos;s libraries with libx264.</source>
        <translation>Den kopierten Ausschnitt wählen oder FFmpeg-Bibliotheken mit libx264 installieren.</translation>
    </message>
    <message>
        <source>This FFmpeg has no AAC encoder.</source>
        <translation>Dieses FFmpeg hat keinen AAC-Encoder.</translation>
    </message>
    <message>
        <source>Choose the copied kind of clip.</source>
        <translation>Den kopierten Ausschnitt wählen.</translation>
    </message>
    <message>
        <source>%1: its sound does not say what it is.</source>
        <translation>%1: Der Ton sagt nicht, was er ist.</translation>
    </message>
    <message>
        <source>%1: a clip can be made of a file only.</source>
        <translation>%1: Ausschnitte gibt es nur aus Dateien.</translation>
    </message>
    <message>
        <source>%1: writing the clip was stopped.</source>
        <translation>%1: Das Schreiben des Ausschnitts wurde abgebrochen.</translation>
    </message>
    <message>
        <source>%1 has no picture at which a clip could begin.</source>
        <translation>%1 hat kein Bild, an dem ein Ausschnitt beginnen könnte.</translation>
    </message>
    <message>
        <source>The file may be damaged.</source>
        <translation>Vielleicht ist die Datei beschädigt.</translation>
    </message>
    <message>
        <source>Choose the exact kind of clip, which is encoded anew.</source>
        <translation>Den genauen Ausschnitt wählen, der neu kodiert wird.</translation>
    </message>
    <message>
        <source>%1: a place that was there a moment ago cannot be found again.</source>
        <translation>%1: Eine Stelle, die eben noch da war, ist nicht wiederzufinden.</translation>
    </message>
    <message>
        <source>Is the file still being written? Wait for its end.</source>
        <translation>Wird die Datei noch geschrieben? Abwarten, bis sie fertig ist.</translation>
    </message>
    <message>
        <source>This FFmpeg cannot write %1 files.</source>
        <translation>Dieses FFmpeg kann keine %1-Dateien schreiben.</translation>
    </message>
    <message>
        <source>Use .mp4 or .mkv.</source>
        <translation>.mp4 oder .mkv verwenden.</translation>
    </message>
    <message>
        <source>%1: the name does not say what kind of file this is to be.</source>
        <translation>%1: Der Name sagt nicht, welche Art von Datei das werden soll.</translation>
    </message>
    <message>
        <source>End it with .mp4, .mov, .mkv, .webm, .ts or .avi.</source>
        <translation>Er soll auf .mp4, .mov, .mkv, .webm, .ts oder .avi enden.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>%1: this container cannot hold these streams.</source>
        <translation>%1: Dieser Container kann diese Spuren nicht aufnehmen.</translation>
    </message>
    <message>
        <source>Choose .mkv, or the exact kind of clip, which is encoded anew.</source>
        <translation>.mkv wählen oder den genauen Ausschnitt, der neu kodiert wird.</translation>
    </message>
    <message>
        <source>%1: cannot be written (%2).</source>
        <translation>%1 lässt sich nicht schreiben (%2).</translation>
    </message>
    <message>
        <source>Check the disk.</source>
        <translation>Den Datenträger prüfen.</translation>
    </message>
    <message>
        <source>%1 is the video itself.</source>
        <translation>%1 ist das Video selbst.</translation>
    </message>
    <message>
        <source>%1 has nothing from %2 to %3.</source>
        <translation>%1 hat von %2 bis %3 nichts.</translation>
    </message>
    <message>
        <source>Choose a range within the video.</source>
        <translation>Einen Bereich innerhalb des Videos wählen.</translation>
    </message>
    <message>
        <source>%1 cannot hold pictures in %2.</source>
        <translation>%1 kann keine Bilder in %2 aufnehmen.</translation>
    </message>
    <message>
        <source>Choose .mp4, .mov or .mkv.</source>
        <translation>.mp4, .mov oder .mkv wählen.</translation>
    </message>
    <message>
        <source>%1 is turned when it is shown, which a %2 file written here cannot say.</source>
        <translation>%1 wird gedreht gezeigt, und eine hier geschriebene %2-Datei kann das nicht angeben.</translation>
    </message>
    <message>
        <source>Choose .mp4 or .mov.</source>
        <translation>.mp4 oder .mov wählen.</translation>
    </message>
    <message>
        <source>%1 has no times to cut by.</source>
        <translation>%1 hat keine Zeiten, nach denen sich schneiden ließe.</translation>
    </message>
    <message>
        <source>%1: no part that can be copied begins before %2.</source>
        <translation>%1: Kein Teil, der sich kopieren lässt, beginnt vor %2.</translation>
    </message>
    <message>
        <source>%1 does not say when its pictures are shown.</source>
        <translation>%1 sagt nicht, wann die Bilder gezeigt werden.</translation>
    </message>
    <message>
        <source>%1: no picture could be decoded from %2 to %3.</source>
        <translation>%1: Von %2 bis %3 ließ sich kein Bild dekodieren.</translation>
    </message>
    <message>
        <source>The file may be damaged there. A copied clip may still play.</source>
        <translation>Vielleicht ist die Datei dort beschädigt. Ein kopierter Ausschnitt lässt sich vielleicht trotzdem abspielen.</translation>
    </message>
    <message>
        <source>A further picture track (%1) is left out: %2 cannot hold it.</source>
        <translation>Eine weitere Bildspur (%1) fehlt: %2 kann sie nicht aufnehmen.</translation>
    </message>
    <message>
        <source>A sound track (%1) is left out: %2 cannot hold it.</source>
        <translation>Eine Tonspur (%1) fehlt: %2 kann sie nicht aufnehmen.</translation>
    </message>
    <message>
        <source>A subtitle track (%1) is left out: %2 cannot hold it.</source>
        <translation>Eine Untertitelspur (%1) fehlt: %2 kann sie nicht aufnehmen.</translation>
    </message>
    <message>
        <source>A data track (%1) is left out: %2 cannot hold it.</source>
        <translation>Eine Datenspur (%1) fehlt: %2 kann sie nicht aufnehmen.</translation>
    </message>
    <message>
        <source>A sound track is left out: %1</source>
        <translation>Eine Tonspur fehlt: %1</translation>
    </message>
    <message>
        <source>The clip begins at %1: a copy can begin only at a keyframe.</source>
        <translation>Der Ausschnitt beginnt bei %1: Eine Kopie kann nur an einem Schlüsselbild beginnen.</translation>
    </message>
    <message>
        <source>The clip begins at %1, the first keyframe.</source>
        <translation>Der Ausschnitt beginnt bei %1, dem ersten Schlüsselbild.</translation>
    </message>
    <message>
        <source>This character cannot separate the columns of a table</source>
        <translation>Dieses Zeichen kann die Spalten einer Tabelle nicht trennen</translation>
    </message>
    <message>
        <source>Use a comma, a semicolon, a tab or a vertical bar.</source>
        <translation>Komma, Semikolon, Tabulator oder senkrechten Strich verwenden.</translation>
    </message>
    <message>
        <source>This frame rate cannot be</source>
        <translation>Diese Bildrate ist nicht möglich</translation>
    </message>
    <message>
        <source>Between one frame an hour and a thousand a second, as 25 or 30000/1001.</source>
        <translation>Zwischen einem Bild je Stunde und tausend je Sekunde, etwa 25 oder 30000/1001.</translation>
    </message>
    <message>
        <source>A timecode cannot count %1 frames a second</source>
        <translation>Ein Timecode kann nicht %1 Bilder je Sekunde zählen</translation>
    </message>
    <message>
        <source>Choose a rate of at most 100.</source>
        <translation>Eine Rate von höchstens 100 wählen.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no timecode at %2 frames a second</source>
        <translation>„%1“ ist kein Timecode bei %2 Bildern je Sekunde</translation>
    </message>
    <message>
        <source>Write HH:MM:SS:FF; a &quot;;&quot; before the frames makes it drop-frame, which 29.97 and 59.94 know.</source>
        <translation>HH:MM:SS:BB schreiben; ein „;“ vor den Bildern macht daraus Drop-Frame, das es bei 29,97 und 59,94 gibt.</translation>
    </message>
    <message>
        <source>There is not enough memory for the PDF</source>
        <translation>Für das PDF reicht der Arbeitsspeicher nicht</translation>
    </message>
    <message>
        <source>Export without pictures, or fewer conversations at a time.</source>
        <translation>Ohne Bilder exportieren oder weniger Gespräche auf einmal.</translation>
    </message>
    <message>
        <source>The PDF cannot be written: %1</source>
        <translation>Das PDF lässt sich nicht schreiben: %1</translation>
    </message>
    <message>
        <source>Export as HTML and print that.</source>
        <translation>Als HTML exportieren und das drucken.</translation>
    </message>
    <message>
        <source>There is no video to write about</source>
        <translation>Es gibt kein Video, über das zu schreiben wäre</translation>
    </message>
    <message>
        <source>Choose a video of the library.</source>
        <translation>Ein Video der Bibliothek wählen.</translation>
    </message>
    <message>
        <source>There is no such export format</source>
        <translation>Dieses Exportformat gibt es nicht</translation>
    </message>
    <message>
        <source>Frames are counted at %1 a second, as asked; the video has %2.</source>
        <translation>Wie verlangt, werden %1 Bilder je Sekunde gezählt; das Video hat %2.</translation>
    </message>
    <message>
        <source>The video&apos;s frame rate is not known; frames are counted at 25 a second.</source>
        <translation>Die Bildrate des Videos ist nicht bekannt; gezählt werden 25 Bilder je Sekunde.</translation>
    </message>
    <message>
        <source>The video has a variable frame rate; frames are counted at %1 a second, so that frame numbers are positions in time, not counts of pictures.</source>
        <translation>Das Video hat eine variable Bildrate; gezählt werden %1 Bilder je Sekunde, sodass Bildnummern für Zeitpunkte stehen und nicht für die Anzahl der Bilder.</translation>
    </message>
    <message>
        <source>The video has %1 frames a second, which editing programs do not count in; timecodes count %2.</source>
        <translation>Das Video hat %1 Bilder je Sekunde, womit Schnittprogramme nicht zählen; die Timecodes zählen %2.</translation>
    </message>
    <message>
        <source>The file&apos;s start timecode %1 does not exist at %2 frames a second; 00:00:00:00 is used instead.</source>
        <translation>Den Start-Timecode %1 der Datei gibt es bei %2 Bildern je Sekunde nicht; stattdessen wird 00:00:00:00 verwendet.</translation>
    </message>
    <message>
        <source>Timecodes and frame numbers are left empty: the video has no constant frame rate.</source>
        <translation>Timecodes und Bildnummern bleiben leer: Das Video hat keine feste Bildrate.</translation>
    </message>
    <message>
        <source>ffmpeg -i VIDEO -i THIS_FILE -map_chapters 1 -codec copy OUT puts the chapters into a copy of the video.</source>
        <translation>ffmpeg -i VIDEO -i DIESE_DATEI -map_chapters 1 -codec copy AUSGABE setzt die Kapitel in eine Kopie des Videos ein.</translation>
    </message>
    <message>
        <source>1 citation that the analyst rejected is left out.</source>
        <translation>Es fehlt 1 Beleg, der abgelehnt wurde.</translation>
    </message>
    <message>
        <source>%1 citations that the analyst rejected are left out.</source>
        <translation>Es fehlen %1 Belege, die abgelehnt wurden.</translation>
    </message>
    <message>
        <source>1 nearest moment of an answer that found nothing is left out.</source>
        <translation>Es fehlt 1 nächstliegende Stelle einer Antwort, die nichts fand.</translation>
    </message>
    <message>
        <source>%1 nearest moments of answers that found nothing are left out.</source>
        <translation>Es fehlen %1 nächstliegende Stellen von Antworten, die nichts fanden.</translation>
    </message>
    <message>
        <source>1 citation of another video is left out.</source>
        <translation>Es fehlt 1 Beleg aus einem anderen Video.</translation>
    </message>
    <message>
        <source>%1 citations of other videos are left out.</source>
        <translation>Es fehlen %1 Belege aus anderen Videos.</translation>
    </message>
    <message>
        <source>An EDL ends at event 999: this one continues in %1 further files.</source>
        <translation>Eine EDL endet bei Ereignis 999: Weitere Dateien, in denen sie weitergeht: %1.</translation>
    </message>
    <message>
        <source>An EDL does not store its frame rate: import this one at %1 drop-frame.</source>
        <translation>Eine EDL speichert ihre Bildrate nicht: Diese mit %1 Drop-Frame importieren.</translation>
    </message>
    <message>
        <source>An EDL does not store its frame rate: import this one at %1 non-drop-frame.</source>
        <translation>Eine EDL speichert ihre Bildrate nicht: Diese mit %1 Non-Drop-Frame importieren.</translation>
    </message>
    <message>
        <source>%1 entry is left out: timecode ends at 99 hours, and many programs end at 24.</source>
        <translation>%1 Eintrag fehlt: Timecode endet bei 99&#xa0;Stunden, viele Programme enden bei 24.</translation>
    </message>
    <message>
        <source>%1 entries are left out: timecode ends at 99 hours, and many programs end at 24.</source>
        <translation>%1 Einträge fehlen: Timecode endet bei 99&#xa0;Stunden, viele Programme enden bei 24.</translation>
    </message>
    <message>
        <source>%1 marker is left out: a cut list has no place for points outside its clips; the Resolve markers have.</source>
        <translation>%1 Marke fehlt: In einer Schnittliste ist kein Platz für Punkte außerhalb ihrer Ausschnitte; die Resolve-Marken haben ihn.</translation>
    </message>
    <message>
        <source>%1 markers are left out: a cut list has no place for points outside its clips; the Resolve markers have.</source>
        <translation>%1 Marken fehlen: In einer Schnittliste ist kein Platz für Punkte außerhalb ihrer Ausschnitte; die Resolve-Marken haben ihn.</translation>
    </message>
    <message>
        <source>Positions count from 01:00:00:00, where Resolve&apos;s timelines begin.</source>
        <translation>Positionen zählen ab 01:00:00:00, wo die Zeitleisten von Resolve beginnen.</translation>
    </message>
    <message>
        <source>Resolve keeps one marker for each frame: %1 stands later than it begins.</source>
        <translation>Resolve behält eine Marke je Bild: %1 steht später, als sie beginnt.</translation>
    </message>
    <message>
        <source>Resolve keeps one marker for each frame: %1 stand later than it begins.</source>
        <translation>Resolve behält eine Marke je Bild: %1 stehen später, als sie beginnen.</translation>
    </message>
    <message>
        <source>%1: cannot carry out a command: %2</source>
        <translation>%1: Ein Befehl lässt sich nicht ausführen: %2</translation>
    </message>
    <message>
        <source>%1: cannot carry out a script: %2</source>
        <translation>%1: Eine Befehlsfolge lässt sich nicht ausführen: %2</translation>
    </message>
    <message>
        <source>%1: cannot bind a value: %2</source>
        <translation>%1: Ein Wert lässt sich nicht übergeben: %2</translation>
    </message>
    <message>
        <source>%1: cannot bind a text: %2</source>
        <translation>%1: Ein Text lässt sich nicht übergeben: %2</translation>
    </message>
    <message>
        <source>%1: cannot bind bytes: %2</source>
        <translation>%1: Bytes lassen sich nicht übergeben: %2</translation>
    </message>
    <message>
        <source>%1: cannot prepare a command: %2</source>
        <translation>%1: Ein Befehl lässt sich nicht vorbereiten: %2</translation>
    </message>
    <message>
        <source>What it belongs to was removed. Look at the list again.</source>
        <translation>Wozu es gehört, wurde entfernt. Noch einmal in der Liste nachsehen.</translation>
    </message>
    <message>
        <source>Change the permissions of the library&apos;s folder, or choose another folder.</source>
        <translation>Die Zugriffsrechte des Bibliotheksordners ändern oder einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>The library&apos;s database is damaged. Put back a backup of it, or move the library&apos;s folder away and start a new one.</source>
        <translation>Die Datenbank der Bibliothek ist beschädigt. Eine Sicherungskopie zurückspielen oder den Bibliotheksordner beiseitelegen und eine neue Bibliothek anfangen.</translation>
    </message>
    <message>
        <source>Another program is using the library. Close it, then try again.</source>
        <translation>Ein anderes Programm benutzt die Bibliothek. Es schließen, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>%1: the library is open for reading only</source>
        <translation>%1: Die Bibliothek ist nur zum Lesen geöffnet</translation>
    </message>
    <message>
        <source>Close the other Longtake that is using it, then try again.</source>
        <translation>Das andere Longtake schließen, das sie benutzt, dann erneut versuchen.</translation>
    </message>
    <message>
        <source>%1: there is no library here</source>
        <translation>%1: Hier ist keine Bibliothek</translation>
    </message>
    <message>
        <source>Choose another folder for the library.</source>
        <translation>Einen anderen Ordner für die Bibliothek wählen.</translation>
    </message>
    <message>
        <source>%1: this database is not a library of Longtake</source>
        <translation>%1: Diese Datenbank ist keine Bibliothek von Longtake</translation>
    </message>
    <message>
        <source>%1: this library was written by a newer Longtake (library version %2, this program knows up to %3)</source>
        <translation>%1: Diese Bibliothek stammt von einem neueren Longtake (Bibliotheksversion %2, dieses Programm kennt bis %3)</translation>
    </message>
    <message>
        <source>Install the newer Longtake, or choose another library. Nothing was changed.</source>
        <translation>Das neuere Longtake installieren oder eine andere Bibliothek wählen. Nichts wurde verändert.</translation>
    </message>
    <message>
        <source>%1: this library is of an older version and must be brought up to date first</source>
        <translation>%1: Diese Bibliothek hat eine ältere Version und muss zuerst auf den neuesten Stand gebracht werden</translation>
    </message>
    <message>
        <source>Open it once with Longtake where it may be written.</source>
        <translation>Sie einmal mit Longtake öffnen, wo sie beschrieben werden darf.</translation>
    </message>
    <message>
        <source>%1: the library is in use by %2</source>
        <translation>%1: Die Bibliothek wird gerade benutzt: %2</translation>
    </message>
    <message>
        <source>Close it, or wait until it is done.</source>
        <translation>Es schließen oder warten, bis es fertig ist.</translation>
    </message>
    <message>
        <source>library.db: row %1 of the table %2 is damaged</source>
        <translation>library.db: Zeile %1 der Tabelle %2 ist beschädigt</translation>
    </message>
    <message>
        <source>Put back a backup of the library, or remove the video that the row belongs to.</source>
        <translation>Eine Sicherungskopie der Bibliothek zurückspielen oder das Video entfernen, zu dem die Zeile gehört.</translation>
    </message>
    <message>
        <source>there is no video %1 in the library</source>
        <translation>Video %1 gibt es in der Bibliothek nicht</translation>
    </message>
    <message>
        <source>there is no memory %1 in the library</source>
        <translation>Gedächtnis %1 gibt es in der Bibliothek nicht</translation>
    </message>
    <message>
        <source>there is no conversation %1 in the library</source>
        <translation>Gespräch %1 gibt es in der Bibliothek nicht</translation>
    </message>
    <message>
        <source>there is no answer %1 in the library</source>
        <translation>Antwort %1 gibt es in der Bibliothek nicht</translation>
    </message>
    <message>
        <source>there is no running answer %1 in the library</source>
        <translation>Eine laufende Antwort %1 gibt es in der Bibliothek nicht</translation>
    </message>
    <message>
        <source>there is no citation %1 in the library</source>
        <translation>Beleg %1 gibt es in der Bibliothek nicht</translation>
    </message>
    <message>
        <source>there is no marker %1 in the library</source>
        <translation>Marke %1 gibt es in der Bibliothek nicht</translation>
    </message>
    <message>
        <source>a conversation needs at least one video</source>
        <translation>Ein Gespräch braucht mindestens ein Video</translation>
    </message>
    <message>
        <source>Choose a video first.</source>
        <translation>Zuerst ein Video wählen.</translation>
    </message>
    <message>
        <source>memory %1 is no longer in the library</source>
        <translation>Gedächtnis %1 ist nicht mehr in der Bibliothek</translation>
    </message>
    <message>
        <source>Its video was removed while it was being watched.</source>
        <translation>Das Video wurde entfernt, während es angesehen wurde.</translation>
    </message>
    <message>
        <source>the name &quot;%1&quot; belongs to several videos</source>
        <translation>Mehrere Videos heißen „%1“</translation>
    </message>
    <message>
        <source>Name one of them by its number: %1.</source>
        <translation>Eines davon mit seiner Nummer nennen: %1.</translation>
    </message>
    <message>
        <source>%1: this is not the video %2</source>
        <translation>%1: Das ist nicht das Video %2</translation>
    </message>
    <message>
        <source>Its content differs from what was watched. Add it as a new video instead.</source>
        <translation>Der Inhalt ist ein anderer als der angesehene. Die Datei stattdessen als neues Video hinzufügen.</translation>
    </message>
    <message>
        <source>a video&apos;s content has an impossible name</source>
        <translation>Der Inhalt eines Videos hat einen unmöglichen Namen</translation>
    </message>
    <message>
        <source>library.db: memory %1 makes no sense</source>
        <translation>library.db: Gedächtnis %1 ist widersprüchlich</translation>
    </message>
    <message>
        <source>library.db: memory %1: its blocks are not numbered without gaps</source>
        <translation>library.db: Gedächtnis %1: Die Blöcke sind nicht lückenlos nummeriert</translation>
    </message>
    <message>
        <source>library.db: memory %1: the entry of block %2 makes no sense</source>
        <translation>library.db: Gedächtnis %1: Der Eintrag von Block %2 ist widersprüchlich</translation>
    </message>
    <message>
        <source>library.db: memory %1: it should have %2 blocks and has %3</source>
        <translation>library.db: Gedächtnis %1: Es sollte %2 Blöcke haben und hat %3</translation>
    </message>
    <message>
        <source>Remove the video from the library and watch it again.</source>
        <translation>Das Video aus der Bibliothek entfernen und noch einmal ansehen.</translation>
    </message>
    <message>
        <source>Remove the video from the library and watch it again; or put back a backup of the library.</source>
        <translation>Das Video aus der Bibliothek entfernen und noch einmal ansehen; oder eine Sicherungskopie der Bibliothek zurückspielen.</translation>
    </message>
    <message>
        <source>%1: the file is missing or cut off; what was seen from %2 is lost</source>
        <translation>%1: Die Datei fehlt oder ist abgeschnitten; verloren ist, was von %2 gesehen wurde</translation>
    </message>
    <message>
        <source>This part of the video&apos;s memory is lost. Remove the video from the library and watch it again.</source>
        <translation>Dieser Teil des Gedächtnisses ist verloren. Das Video aus der Bibliothek entfernen und noch einmal ansehen.</translation>
    </message>
    <message>
        <source>This memory cannot be searched any more. Remove the video from the library and watch it again.</source>
        <translation>Dieses Gedächtnis lässt sich nicht mehr durchsuchen. Das Video aus der Bibliothek entfernen und noch einmal ansehen.</translation>
    </message>
    <message>
        <source>%1: this is not a segment file</source>
        <translation>%1: Das ist keine Segmentdatei</translation>
    </message>
    <message>
        <source>%1: the file&apos;s byte order is not this machine&apos;s</source>
        <translation>%1: Die Bytereihenfolge der Datei ist nicht die dieses Rechners</translation>
    </message>
    <message>
        <source>%1: the header is damaged</source>
        <translation>%1: Der Kopf ist beschädigt</translation>
    </message>
    <message>
        <source>%1: the header contradicts itself</source>
        <translation>%1: Der Kopf widerspricht sich</translation>
    </message>
    <message>
        <source>%1: the file belongs to another memory</source>
        <translation>%1: Die Datei gehört zu einem anderen Gedächtnis</translation>
    </message>
    <message>
        <source>%1: segment format %2, this program knows %3</source>
        <translation>%1: Segmentformat %2, dieses Programm kennt %3</translation>
    </message>
    <message>
        <source>Install the Longtake that wrote it.</source>
        <translation>Das Longtake installieren, das sie geschrieben hat.</translation>
    </message>
    <message>
        <source>%1: block %2: the file ends before its record does</source>
        <translation>%1: Block %2: Die Datei endet vor seinem Datensatz</translation>
    </message>
    <message>
        <source>%1: block %2: its head is damaged</source>
        <translation>%1: Block %2: Der Kopf ist beschädigt</translation>
    </message>
    <message>
        <source>%1: block %2: the record is not the one that the library describes</source>
        <translation>%1: Block %2: Der Datensatz ist nicht der, den die Bibliothek beschreibt</translation>
    </message>
    <message>
        <source>%1: block %2: layer %3 is damaged</source>
        <translation>%1: Block %2: Schicht %3 ist beschädigt</translation>
    </message>
    <message>
        <source>cannot store a memory of this shape or fingerprint</source>
        <translation>Ein Gedächtnis dieser Form oder mit diesem Fingerabdruck lässt sich nicht speichern</translation>
    </message>
    <message>
        <source>%1: the index ends before block %2</source>
        <translation>%1: Der Index endet vor Block %2</translation>
    </message>
    <message>
        <source>%1: the header of page %2 is damaged or of another memory</source>
        <translation>%1: Der Kopf der Seite %2 ist beschädigt oder gehört zu einem anderen Gedächtnis</translation>
    </message>
    <message>
        <source>%1: the index entry of block %2 at layer %3 is damaged</source>
        <translation>%1: Der Indexeintrag von Block %2 in Schicht %3 ist beschädigt</translation>
    </message>
    <message>
        <source>%1: there is no such model folder</source>
        <translation>%1: Diesen Modellordner gibt es nicht</translation>
    </message>
    <message>
        <source>Name a folder that holds config.json, tokenizer.json and the weights as safetensors.</source>
        <translation>Einen Ordner mit config.json, tokenizer.json und den Gewichten als safetensors angeben.</translation>
    </message>
    <message>
        <source>%1: models of the family &quot;%2&quot; are not supported</source>
        <translation>%1: Modelle der Familie „%2“ werden nicht unterstützt</translation>
    </message>
    <message>
        <source>Choose a model of a supported family: llava_onevision.</source>
        <translation>Ein Modell einer unterstützten Familie wählen: llava_onevision.</translation>
    </message>
    <message>
        <source>%1: no %2 and no %3</source>
        <translation>%1: weder %2 noch %3 vorhanden</translation>
    </message>
    <message>
        <source>Choose a folder that holds a complete model in safetensors format.</source>
        <translation>Einen Ordner mit einem vollständigen Modell im Format safetensors wählen.</translation>
    </message>
    <message>
        <source>%1: no preprocessor_config.json</source>
        <translation>%1: keine preprocessor_config.json</translation>
    </message>
    <message>
        <source>%1: no such file</source>
        <translation>%1: Diese Datei gibt es nicht</translation>
    </message>
    <message>
        <source>%1: this part of the model is missing</source>
        <translation>%1: Dieser Teil des Modells fehlt</translation>
    </message>
    <message>
        <source>Download the missing file into the folder, or the whole model again.</source>
        <translation>Die fehlende Datei in den Ordner herunterladen oder das ganze Modell noch einmal.</translation>
    </message>
    <message>
        <source>The file is damaged or incomplete. Download the model again.</source>
        <translation>Die Datei ist beschädigt oder unvollständig. Das Modell noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>The file is damaged or was edited by hand. Download the model again.</source>
        <translation>Die Datei ist beschädigt oder wurde von Hand geändert. Das Modell noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>The files belong to different models. Download the model again.</source>
        <translation>Die Dateien gehören zu verschiedenen Modellen. Das Modell noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>The two files belong to different models. Download the model again.</source>
        <translation>Die beiden Dateien gehören zu verschiedenen Modellen. Das Modell noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>A file of the model is missing or belongs to another one. Download it again.</source>
        <translation>Eine Datei des Modells fehlt oder gehört zu einem anderen. Das Modell noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>The weights do not belong to this config.json.</source>
        <translation>Die Gewichte gehören nicht zu dieser config.json.</translation>
    </message>
    <message>
        <source>The weights do not belong to this config.json, or the download is incomplete.</source>
        <translation>Die Gewichte gehören nicht zu dieser config.json, oder das Herunterladen blieb unvollständig.</translation>
    </message>
    <message>
        <source>This version of Longtake cannot run this model. Choose another one.</source>
        <translation>Diese Version von Longtake kann dieses Modell nicht ausführen. Ein anderes wählen.</translation>
    </message>
    <message>
        <source>Longtake reads F32, F16 and BF16 weights. Choose an unquantised model.</source>
        <translation>Longtake liest Gewichte in F32, F16 und BF16. Ein nicht quantisiertes Modell wählen.</translation>
    </message>
    <message>
        <source>%1: the model has no tensor &quot;%2&quot;</source>
        <translation>%1: Dem Modell fehlt der Tensor „%2“</translation>
    </message>
    <message>
        <source>the weights lack the tensor %1</source>
        <translation>In den Gewichten fehlt der Tensor %1</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; has type %3</source>
        <translation>%1: Tensor „%2“ hat den Typ %3</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; has shape %3, but config.json asks for %4</source>
        <translation>%1: Tensor „%2“ hat die Form %3, config.json verlangt aber %4</translation>
    </message>
    <message>
        <source>%1: a dimension of tensor &quot;%2&quot; is not a non-negative whole number</source>
        <translation>%1: Eine Dimension von Tensor „%2“ ist keine nicht negative ganze Zahl</translation>
    </message>
    <message>
        <source>%1: an offset of tensor &quot;%2&quot; is not a non-negative whole number</source>
        <translation>%1: Eine Position von Tensor „%2“ ist keine nicht negative ganze Zahl</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; is impossibly large: %3</source>
        <translation>%1: Tensor „%2“ ist unmöglich groß: %3</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; is impossibly large</source>
        <translation>%1: Tensor „%2“ ist unmöglich groß</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; is not described by an object</source>
        <translation>%1: Tensor „%2“ wird nicht durch ein Objekt beschrieben</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; has no dtype</source>
        <translation>%1: Tensor „%2“ hat keinen Datentyp</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; has no valid dtype</source>
        <translation>%1: Tensor „%2“ hat keinen gültigen Datentyp</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; has no valid shape</source>
        <translation>%1: Tensor „%2“ hat keine gültige Form</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; has no valid data_offsets</source>
        <translation>%1: Tensor „%2“ hat keine gültigen data_offsets</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; lies at bytes %3 to %4, but the file has %5 bytes of data</source>
        <translation>%1: Tensor „%2“ liegt bei Byte %3 bis %4, die Datei hat aber nur %5 Bytes Daten</translation>
    </message>
    <message>
        <source>%1: tensor &quot;%2&quot; (%3) does not fit its %4 bytes</source>
        <translation>%1: Tensor „%2“ (%3) passt nicht zu seinen %4 Bytes</translation>
    </message>
    <message>
        <source>%1: tensors &quot;%2&quot; and &quot;%3&quot; overlap</source>
        <translation>%1: Die Tensoren „%2“ und „%3“ überlappen sich</translation>
    </message>
    <message>
        <source>%1: weight_map names &quot;%2&quot;, which is not a plain .safetensors file name</source>
        <translation>%1: weight_map nennt „%2“, was kein einfacher Name einer .safetensors-Datei ist</translation>
    </message>
    <message>
        <source>%1: too short to be a safetensors file</source>
        <translation>%1: zu kurz für eine safetensors-Datei</translation>
    </message>
    <message>
        <source>%1: claims a header of %2 bytes in a file of %3</source>
        <translation>%1: gibt einen Kopf von %2 Bytes an, in einer Datei von %3</translation>
    </message>
    <message>
        <source>%1: its header is not a JSON object</source>
        <translation>%1: Der Kopf ist kein JSON-Objekt</translation>
    </message>
    <message>
        <source>%1: has no weight_map</source>
        <translation>%1: weight_map fehlt</translation>
    </message>
    <message>
        <source>%1: weight_map of &quot;%2&quot; is not a file name</source>
        <translation>%1: Die weight_map von „%2“ ist kein Dateiname</translation>
    </message>
    <message>
        <source>%1: does not hold tensor &quot;%2&quot;, which %3 places there</source>
        <translation>%1: enthält den Tensor „%2“ nicht, der laut %3 dort liegt</translation>
    </message>
    <message>
        <source>%1: not valid JSON at byte %2</source>
        <translation>%1: kein gültiges JSON bei Byte %2</translation>
    </message>
    <message>
        <source>%1: not a JSON object</source>
        <translation>%1: kein JSON-Objekt</translation>
    </message>
    <message>
        <source>%1: the key &quot;%2&quot; occurs twice in one object</source>
        <translation>%1: Der Schlüssel „%2“ kommt in einem Objekt doppelt vor</translation>
    </message>
    <message>
        <source>%1: nested deeper than %2 levels</source>
        <translation>%1: tiefer als %2 Ebenen verschachtelt</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is missing</source>
        <translation>%1: „%2“ fehlt</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is not a whole number</source>
        <translation>%1: „%2“ ist keine ganze Zahl</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is not a number</source>
        <translation>%1: „%2“ ist keine Zahl</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is neither true nor false</source>
        <translation>%1: „%2“ ist weder true noch false</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is not a text</source>
        <translation>%1: „%2“ ist kein Text</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is not an object</source>
        <translation>%1: „%2“ ist kein Objekt</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is not a list</source>
        <translation>%1: „%2“ ist keine Liste</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is not a list of texts</source>
        <translation>%1: „%2“ ist keine Liste von Texten</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is not a list of three numbers</source>
        <translation>%1: „%2“ ist keine Liste von drei Zahlen</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is not a pair</source>
        <translation>%1: „%2“ ist kein Paar</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is neither a number nor a pair</source>
        <translation>%1: „%2“ ist weder Zahl noch Paar</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; has too many ids</source>
        <translation>%1: „%2“ hat zu viele Kennungen</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; does not name every layer</source>
        <translation>%1: „%2“ nennt nicht jede Schicht</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; does not divide num_attention_heads</source>
        <translation>%1: „%2“ teilt num_attention_heads nicht</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; does not divide hidden_size</source>
        <translation>%1: „%2“ teilt hidden_size nicht</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is too small for hidden_size</source>
        <translation>%1: „%2“ ist zu klein für hidden_size</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; gives an odd head_dim, which RoPE cannot rotate</source>
        <translation>%1: „%2“ ergibt eine ungerade head_dim, die RoPE nicht drehen kann</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is larger than image_size</source>
        <translation>%1: „%2“ ist größer als image_size</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is too small for image_size</source>
        <translation>%1: „%2“ ist zu klein für image_size</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is %3, outside %4 to %5</source>
        <translation>%1: „%2“ ist %3, außerhalb von %4 bis %5</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is %3, which makes no sense</source>
        <translation>%1: „%2“ ist %3, was nicht sein kann</translation>
    </message>
    <message>
        <source>%1: &quot;%2&quot; is %3</source>
        <translation>%1: „%2“ ist %3</translation>
    </message>
    <message>
        <source>not square</source>
        <translation>nicht quadratisch</translation>
    </message>
    <message>
        <source>of type %1</source>
        <translation>vom Typ %1</translation>
    </message>
    <message>
        <source>not 1</source>
        <translation>nicht 1</translation>
    </message>
    <message>
        <source>not 3</source>
        <translation>nicht 3</translation>
    </message>
    <message>
        <source>a list of %1</source>
        <translation>eine Liste von %1</translation>
    </message>
    <message>
        <source>true: layers with a sliding window</source>
        <translation>true: Schichten mit gleitendem Fenster</translation>
    </message>
    <message>
        <source>given without height, width or shortest_edge</source>
        <translation>ohne height, width oder shortest_edge angegeben</translation>
    </message>
    <message>
        <source>preprocessor_config.json: &quot;size&quot; is %1 x %2, but config.json&apos;s vision_config takes %3 x %4</source>
        <translation>preprocessor_config.json: „size“ ist %1 x %2, die vision_config von config.json nimmt aber %3 x %4</translation>
    </message>
    <message>
        <source>%1: pictures are to be resized with a filter other than bicubic</source>
        <translation>%1: Bilder sollen mit einem anderen Filter als bikubisch skaliert werden</translation>
    </message>
    <message>
        <source>%1: tokenizer.json has %2 tokens, the model %3</source>
        <translation>%1: tokenizer.json hat %2 Tokens, das Modell %3</translation>
    </message>
    <message>
        <source>a picture without pixels cannot be encoded</source>
        <translation>Ein Bild ohne Pixel lässt sich nicht kodieren</translation>
    </message>
    <message>
        <source>the context is full: it holds %1 tokens, %2 are needed</source>
        <translation>Der Kontext ist voll: Er fasst %1 Tokens, gebraucht werden %2</translation>
    </message>
    <message>
        <source>the pass was cancelled</source>
        <translation>Der Durchlauf wurde abgebrochen</translation>
    </message>
    <message>
        <source>the answer was cancelled</source>
        <translation>Die Antwort wurde abgebrochen</translation>
    </message>
    <message>
        <source>Longtake reads byte-level BPE tokenizers of the GPT-2 and Qwen2 kind. Choose another model.</source>
        <translation>Longtake liest Byte-Level-BPE-Tokenizer der Art von GPT-2 und Qwen2. Ein anderes Modell wählen.</translation>
    </message>
    <message>
        <source>%1: tokenizer.json: %2</source>
        <translation>%1: tokenizer.json: %2</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither true nor false</source>
        <translation>„%1“ ist weder true noch false</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a text</source>
        <translation>„%1“ ist kein Text</translation>
    </message>
    <message>
        <source>has no &quot;%1&quot;</source>
        <translation>„%1“ fehlt</translation>
    </message>
    <message>
        <source>token &quot;%1&quot; has no valid id</source>
        <translation>Token „%1“ hat keine gültige Kennung</translation>
    </message>
    <message>
        <source>&quot;normalizer&quot; is not an object</source>
        <translation>„normalizer“ ist kein Objekt</translation>
    </message>
    <message>
        <source>the normalizer has no list</source>
        <translation>Der Normalizer hat keine Liste</translation>
    </message>
    <message>
        <source>normalizer &quot;%1&quot;</source>
        <translation>Normalizer „%1“</translation>
    </message>
    <message>
        <source>&quot;pre_tokenizer&quot; is not an object</source>
        <translation>„pre_tokenizer“ ist kein Objekt</translation>
    </message>
    <message>
        <source>the pre_tokenizer has no list</source>
        <translation>Der Pre-Tokenizer hat keine Liste</translation>
    </message>
    <message>
        <source>pre_tokenizer &quot;%1&quot;</source>
        <translation>Pre-Tokenizer „%1“</translation>
    </message>
    <message>
        <source>a pre_tokenizer of %1 steps</source>
        <translation>ein Pre-Tokenizer mit %1 Schritten</translation>
    </message>
    <message>
        <source>a step of the pre_tokenizer is not an object</source>
        <translation>Ein Schritt des Pre-Tokenizers ist kein Objekt</translation>
    </message>
    <message>
        <source>pre_tokenizer step &quot;%1&quot;</source>
        <translation>Schritt des Pre-Tokenizers „%1“</translation>
    </message>
    <message>
        <source>the splitting pattern &quot;%1&quot;</source>
        <translation>das Trennmuster „%1“</translation>
    </message>
    <message>
        <source>pre_tokenizer Split with behavior &quot;%1&quot;</source>
        <translation>Pre-Tokenizer Split mit dem Verhalten „%1“</translation>
    </message>
    <message>
        <source>pre_tokenizer Split with behavior &quot;%1&quot;, inverted</source>
        <translation>Pre-Tokenizer Split mit dem Verhalten „%1“, invertiert</translation>
    </message>
    <message>
        <source>model type &quot;%1&quot;</source>
        <translation>Modelltyp „%1“</translation>
    </message>
    <message>
        <source>a merge needs token &quot;%1&quot;, which the vocabulary lacks</source>
        <translation>Eine Zusammenfügung braucht das Token „%1“, das im Vokabular fehlt</translation>
    </message>
    <message>
        <source>merge &quot;%1&quot; is not a pair</source>
        <translation>Die Zusammenfügung „%1“ ist kein Paar</translation>
    </message>
    <message>
        <source>merge number %1 is not a pair</source>
        <translation>Zusammenfügung Nummer %1 ist kein Paar</translation>
    </message>
    <message>
        <source>&quot;added_tokens&quot; is not a list</source>
        <translation>„added_tokens“ ist keine Liste</translation>
    </message>
    <message>
        <source>an added token is not an object</source>
        <translation>Ein zusätzliches Token ist kein Objekt</translation>
    </message>
    <message>
        <source>added token &quot;%1&quot; has no id</source>
        <translation>Das zusätzliche Token „%1“ hat keine Kennung</translation>
    </message>
    <message>
        <source>a tokenizer without a pre_tokenizer</source>
        <translation>ein Tokenizer ohne Pre-Tokenizer</translation>
    </message>
    <message>
        <source>decoder &quot;%1&quot;</source>
        <translation>Decoder „%1“</translation>
    </message>
    <message>
        <source>not a JSON object</source>
        <translation>kein JSON-Objekt</translation>
    </message>
    <message>
        <source>This processor lacks SSE4.2</source>
        <translation>Diesem Prozessor fehlt SSE4.2</translation>
    </message>
    <message>
        <source>Longtake needs a processor of 2009 or newer.</source>
        <translation>Longtake braucht einen Prozessor von 2009 oder neuer.</translation>
    </message>
    <message>
        <source>The CPU backend has no fp8 weights</source>
        <translation>Auf dem Prozessor gibt es keine Gewichte in fp8</translation>
    </message>
    <message>
        <source>oneDNN refused a matrix product: %1</source>
        <translation>oneDNN hat ein Matrixprodukt abgelehnt: %1</translation>
    </message>
    <message>
        <source>Not enough memory for %1 MiB</source>
        <translation>Der Arbeitsspeicher reicht nicht für %1&#xa0;MiB</translation>
    </message>
    <message>
        <source>Not enough memory for a tensor %1</source>
        <translation>Der Arbeitsspeicher reicht nicht für einen Tensor %1</translation>
    </message>
    <message>
        <source>Close other programs, or choose a smaller model.</source>
        <translation>Andere Programme schließen oder ein kleineres Modell wählen.</translation>
    </message>
    <message>
        <source>Choose a smaller model.</source>
        <translation>Ein kleineres Modell wählen.</translation>
    </message>
    <message>
        <source>The graphics card has no memory left (%1)</source>
        <translation>Die Grafikkarte hat keinen Speicher mehr (%1)</translation>
    </message>
    <message>
        <source>The graphics card has no memory left for %1 MiB</source>
        <translation>Die Grafikkarte hat keinen Speicher mehr für %1&#xa0;MiB</translation>
    </message>
    <message>
        <source>The computer has no memory left for %1 MiB</source>
        <translation>Der Rechner hat keinen Arbeitsspeicher mehr für %1&#xa0;MiB</translation>
    </message>
    <message>
        <source>Close other programs, choose a smaller model, or the processor in the preferences.</source>
        <translation>Andere Programme schließen, ein kleineres Modell wählen oder in den Einstellungen den Prozessor.</translation>
    </message>
    <message>
        <source>The graphics card stopped working (%1)</source>
        <translation>Die Grafikkarte ist ausgefallen (%1)</translation>
    </message>
    <message>
        <source>The graphics card could not multiply (%1)</source>
        <translation>Die Grafikkarte konnte nicht multiplizieren (%1)</translation>
    </message>
    <message>
        <source>Start Longtake again; nothing that was stored is lost. If it happens again, choose the processor in the preferences.</source>
        <translation>Longtake neu starten; nichts Gespeichertes ist verloren. Passiert es noch einmal, in den Einstellungen den Prozessor wählen.</translation>
    </message>
    <message>
        <source>The graphics driver does not answer</source>
        <translation>Der Grafiktreiber antwortet nicht</translation>
    </message>
    <message>
        <source>Restart the computer, or choose the processor in the preferences.</source>
        <translation>Den Rechner neu starten oder in den Einstellungen den Prozessor wählen.</translation>
    </message>
    <message>
        <source>There is no NVIDIA graphics card that answers (%1)</source>
        <translation>Keine NVIDIA-Grafikkarte antwortet (%1)</translation>
    </message>
    <message>
        <source>Choose the processor in the preferences, or check the NVIDIA driver with nvidia-smi.</source>
        <translation>In den Einstellungen den Prozessor wählen oder den NVIDIA-Treiber mit nvidia-smi prüfen.</translation>
    </message>
    <message>
        <source>%1 is too old: compute capability %2.%3, 8.0 is needed</source>
        <translation>%1 ist zu alt: Compute Capability %2.%3, gebraucht wird 8.0</translation>
    </message>
    <message>
        <source>Choose the processor in the preferences.</source>
        <translation>In den Einstellungen den Prozessor wählen.</translation>
    </message>
    <message>
        <source>Choose int8 for the weights in the preferences.</source>
        <translation>In den Einstellungen int8 für die Gewichte wählen.</translation>
    </message>
    <message>
        <source>This graphics card cannot multiply fp8 weights: compute capability %1.%2, 8.9 is needed</source>
        <translation>Diese Grafikkarte kann Gewichte in fp8 nicht multiplizieren: Compute Capability %1.%2, gebraucht wird 8.9</translation>
    </message>
    <message>
        <source>There is no NVIDIA driver on this computer</source>
        <translation>Auf diesem Rechner ist kein NVIDIA-Treiber</translation>
    </message>
    <message>
        <source>Choose the processor in the preferences, or install the driver.</source>
        <translation>In den Einstellungen den Prozessor wählen oder den Treiber installieren.</translation>
    </message>
    <message>
        <source>The CUDA plugin cannot be loaded (%1)</source>
        <translation>Das CUDA-Plugin lässt sich nicht laden (%1)</translation>
    </message>
    <message>
        <source>Choose the processor in the preferences, or install the plugin and NVIDIA&apos;s cuBLAS beside the program.</source>
        <translation>In den Einstellungen den Prozessor wählen, oder das Plugin und cuBLAS von NVIDIA neben dem Programm installieren.</translation>
    </message>
    <message>
        <source>liblongtake_cuda.so is not a plugin of this version</source>
        <translation>liblongtake_cuda.so ist kein Plugin dieser Version</translation>
    </message>
    <message>
        <source>Install the plugin that came with this version.</source>
        <translation>Das Plugin installieren, das zu dieser Version gehört.</translation>
    </message>
    <message>
        <source>The library is open for reading only</source>
        <translation>Die Bibliothek ist nur zum Lesen geöffnet</translation>
    </message>
    <message>
        <source>Another Longtake is using it: close that one first.</source>
        <translation>Ein anderes Longtake benutzt sie: Dieses zuerst schließen.</translation>
    </message>
    <message>
        <source>The request was cancelled</source>
        <translation>Die Anfrage wurde abgebrochen</translation>
    </message>
    <message>
        <source>It continues in %1.</source>
        <translation>Die Fortsetzung steht in %1.</translation>
    </message>
    <message>
        <source>%1 is there already, and the export continues in a file of this name</source>
        <translation>%1 gibt es schon, und der Export geht in einer Datei dieses Namens weiter</translation>
    </message>
    <message>
        <source>Choose another name for the export, or move that file away.</source>
        <translation>Einen anderen Namen für den Export wählen oder jene Datei wegräumen.</translation>
    </message>
    <message>
        <source>Only the first %1 of %2 pictures are in the report.</source>
        <translation>Nur die ersten %1 von %2 Bildern sind im Bericht.</translation>
    </message>
    <message>
        <source>There are no pictures of %1: it is an address, not a file.</source>
        <translation>Von %1 gibt es keine Bilder: Es ist eine Adresse, keine Datei.</translation>
    </message>
    <message>
        <source>There are no pictures of %1: %2</source>
        <translation>Von %1 gibt es keine Bilder: %2</translation>
    </message>
    <message>
        <source>The picture went on screen at %1.</source>
        <translation>Das Bild erschien bei %1.</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1: %2.</translation>
    </message>
    <message>
        <source>BPE dropout</source>
        <translation>BPE-Dropout</translation>
    </message>
    <message>
        <source>%1: the library is in use by %2 (process %3)</source>
        <translation>%1: Die Bibliothek wird gerade benutzt von %2 (Prozess %3)</translation>
    </message>
    <message>
        <source>%1: this library is just being made</source>
        <translation>%1: Diese Bibliothek wird gerade angelegt</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Gleich noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Video %1: its entry in the library is damaged</source>
        <translation>Video %1: Sein Eintrag in der Bibliothek ist beschädigt</translation>
    </message>
    <message>
        <source>Put back a backup of the library to have it again.</source>
        <translation>Eine Sicherungskopie der Bibliothek zurückspielen, um es wiederzuhaben.</translation>
    </message>
    <message>
        <source>%1: the library is in use by another process</source>
        <translation>%1: Die Bibliothek wird gerade von einem anderen Prozess benutzt</translation>
    </message>
    <message>
        <source>The graphics card is short of memory: less is kept ready for the next question</source>
        <translation>Der Speicher der Grafikkarte ist knapp: Für die nächste Frage wird weniger bereitgehalten</translation>
    </message>
    <message>
        <source>Answers may take longer now. Close other programs that use the graphics card.</source>
        <translation>Antworten können jetzt länger dauern. Andere Programme schließen, die die Grafikkarte benutzen.</translation>
    </message>
    <message>
        <source>Nothing that was stored is lost. It is slower now: start Longtake again to use the graphics card.</source>
        <translation>Nichts Gespeichertes ist verloren. Es geht jetzt langsamer: Longtake neu starten, um die Grafikkarte wieder zu verwenden.</translation>
    </message>
    <message>
        <source>The graphics card has too little memory for this model: the processor goes on</source>
        <translation>Die Grafikkarte hat zu wenig Speicher für dieses Modell: Der Prozessor macht weiter</translation>
    </message>
    <message>
        <source>It is slower now. Close other programs that use the graphics card, or choose a smaller model, and start Longtake again.</source>
        <translation>Es geht jetzt langsamer. Andere Programme schließen, die die Grafikkarte benutzen, oder ein kleineres Modell wählen, und Longtake neu starten.</translation>
    </message>
    <message>
        <source>Not watched yet, so left out of the answer: %1</source>
        <translation>Noch nicht gesehen und deshalb in der Antwort nicht berücksichtigt: %1</translation>
    </message>
    <message>
        <source>Watch what is missing, then ask again.</source>
        <translation>Lassen Sie ansehen, was fehlt, und fragen Sie noch einmal.</translation>
    </message>
    <message>
        <source>%1: another file is there now, not %2</source>
        <translation>%1: Dort liegt jetzt eine andere Datei, nicht %2</translation>
    </message>
    <message>
        <source>Tell where the video is now; what was seen of it is kept. The other file can be added as a video of its own.</source>
        <translation>Geben Sie an, wo das Video jetzt liegt; was davon gesehen wurde, bleibt erhalten. Die andere Datei lässt sich als eigenes Video hinzufügen.</translation>
    </message>
    <message>
        <source>Check the drive that it lies on, then go on; what was seen so far is kept.</source>
        <translation>Prüfen Sie das Laufwerk, auf dem die Datei liegt, und machen Sie dann weiter; was bisher gesehen wurde, bleibt erhalten.</translation>
    </message>
    <message>
        <source>A track that begins in the middle of the file is left out.</source>
        <translation>Eine Spur, die mitten in der Datei beginnt, fehlt.</translation>
    </message>
    <message>
        <source>%1 is only just being watched: nothing of it has been seen yet</source>
        <translation>%1 wird gerade erst angesehen: Davon ist noch nichts gesehen</translation>
    </message>
    <message>
        <source>Ask again in a moment.</source>
        <translation>Fragen Sie gleich noch einmal.</translation>
    </message>
    <message>
        <source>What the question is about was removed from the library meanwhile</source>
        <translation>Worum es in der Frage geht, wurde inzwischen aus der Bibliothek entfernt</translation>
    </message>
    <message>
        <source>Look at the library again.</source>
        <translation>Sehen Sie noch einmal in der Bibliothek nach.</translation>
    </message>
    <message>
        <source>%1: a check on %2 found damage</source>
        <translation>%1: Eine Prüfung am %2 hat Schäden gefunden</translation>
    </message>
    <message>
        <source>Timecodes cannot count %1 frames a second, as asked; they count %2.</source>
        <translation>Timecodes können nicht %1 Bilder pro Sekunde zählen, wie verlangt; sie zählen %2.</translation>
    </message>
    <message>
        <source>The library is being opened</source>
        <translation>Die Bibliothek wird gerade geöffnet</translation>
    </message>
    <message>
        <source>Try again in a moment</source>
        <translation>Versuchen Sie es gleich noch einmal</translation>
    </message>
    <message>
        <source>%1: only a file can take a video&apos;s place</source>
        <translation>%1: Nur eine Datei kann an die Stelle eines Videos treten</translation>
    </message>
    <message>
        <source>What is at the address is a video of its own: watch it.</source>
        <translation>Was unter der Adresse liegt, ist ein eigenes Video: Dieses ansehen lassen.</translation>
    </message>
    <message>
        <source>Too many files are open at once. Ask about fewer videos.</source>
        <translation>Zu viele Dateien sind gleichzeitig offen. Nach weniger Videos fragen.</translation>
    </message>
    <message>
        <source>%1: there is no room for the copy that is made before a library of version %2 is brought up to date</source>
        <translation>%1: Für die Kopie, die vor dem Aktualisieren einer Bibliothek der Version %2 gemacht wird, ist kein Platz</translation>
    </message>
    <message>
        <source>Make room on the drive by removing something else from it. Nothing was changed.</source>
        <translation>Platz schaffen und anderes von diesem Laufwerk entfernen. Es wurde nichts geändert.</translation>
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
    <message>
        <source>could not be read between %1 and %2</source>
        <translation>zwischen %1 und %2 nicht lesbar</translation>
    </message>
    <message numerus="yes">
        <source>nor at %n other place(s)</source>
        <translation>
            <numerusform>noch an %n anderer Stelle</numerusform>
            <numerusform>noch an %n anderen Stellen</numerusform>
        </translation>
    </message>
    <message>
        <source>ends before its own length says</source>
        <translation>endet vor der angegebenen Länge</translation>
    </message>
    <message>
        <source>seen, but damaged</source>
        <translation>gesehen, aber beschädigt</translation>
    </message>
    <message>
        <source>seen in another quality</source>
        <translation>in anderer Qualität gesehen</translation>
    </message>
    <message>
        <source>Video %1</source>
        <translation>Video %1</translation>
    </message>
    <message>
        <source>its entry in the library is damaged</source>
        <translation>sein Eintrag in der Bibliothek ist beschädigt</translation>
    </message>
    <message>
        <source>what was seen of it is damaged</source>
        <translation>was davon gesehen wurde, ist beschädigt</translation>
    </message>
    <message>
        <source>It can only be removed, or a backup put back.</source>
        <translation>Man kann es nur entfernen oder eine Sicherungskopie der Bibliothek zurückspielen.</translation>
    </message>
    <message>
        <source>A click opens it, a double click plays it.</source>
        <translation>Ein Klick öffnet es, ein Doppelklick spielt es ab.</translation>
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
    <name>ReplaceStep</name>
    <message>
        <source>Replace It</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>%1 is there already.</source>
        <translation>%1 gibt es schon.</translation>
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
        <source>Your markers. Drag to move them or their ends, double-click to play one in a loop</source>
        <translation>Eigene Marken. Ziehen verschiebt sie oder ihre Enden, Doppelklick spielt in einer Schleife</translation>
    </message>
    <message>
        <source>What has been seen, darker where more frames were looked at; striped where only keyframes were</source>
        <translation>Was gesehen wurde: dunkler, wo mehr Bilder angesehen wurden; gestreift, wo nur Schlüsselbilder</translation>
    </message>
    <message>
        <source>weakly confirmed</source>
        <translation>schwach bestätigt</translation>
    </message>
    <message>
        <source>The moments that the answer cites. Filled: confirmed by a second look; soft: weakly confirmed or not checked; dashed: not confirmed. A tick or a cross is your own verdict. Click to play it in a loop, Ctrl+click to make a marker</source>
        <translation>Die Stellen, auf die sich die Antwort beruft. Gefüllt: beim zweiten Ansehen bestätigt; blass: schwach bestätigt oder nicht geprüft; gestrichelt: nicht bestätigt. Haken oder Kreuz: eigenes Urteil. Klick spielt in einer Schleife, Strg+Klick setzt eine Marke</translation>
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
    <message>
        <source>%1 knows only coloured shapes: what it says about this video means little. &lt;a href=&quot;models&quot;&gt;Models…&lt;/a&gt;</source>
        <translation>%1 kennt nur farbige Formen: Was es über dieses Video sagt, bedeutet wenig. &lt;a href=&quot;models&quot;&gt;Modelle…&lt;/a&gt;</translation>
    </message>
    <message>
        <source>Choose a citation first</source>
        <translation>Erst einen Beleg auswählen</translation>
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
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
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
    <message>
        <source>This file&apos;s name is not valid UTF-8</source>
        <translation>Der Name dieser Datei ist kein gültiges UTF-8</translation>
    </message>
    <message>
        <source>Rename it, then add it again.</source>
        <translation>Umbenennen, dann noch einmal hinzufügen.</translation>
    </message>
    <message>
        <source>Nothing added</source>
        <translation>Nichts hinzugefügt</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) were not added: another library was chosen.</source>
        <translation>
            <numerusform>%n Datei wurde nicht hinzugefügt: Es wurde eine andere Bibliothek gewählt.</numerusform>
            <numerusform>%n Dateien wurden nicht hinzugefügt: Es wurde eine andere Bibliothek gewählt.</numerusform>
        </translation>
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
        <source>%1 freed</source>
        <translation>%1 freigegeben</translation>
    </message>
    <message>
        <source>%1 has been seen to its end</source>
        <translation>%1 ist bis zum Ende gesehen</translation>
    </message>
    <message>
        <source>%1 has been seen, but %2</source>
        <translation>%1 ist gesehen, aber %2</translation>
    </message>
    <message>
        <source>%1 cannot be opened: its entry in the library is damaged</source>
        <translation>%1 lässt sich nicht öffnen: Sein Eintrag in der Bibliothek ist beschädigt</translation>
    </message>
    <message>
        <source>Remove it, or put back a backup of the library.</source>
        <translation>Entfernen Sie es, oder spielen Sie eine Sicherungskopie der Bibliothek zurück.</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
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
    <message>
        <source>Drop to add</source>
        <translation>Zum Hinzufügen loslassen</translation>
    </message>
    <message>
        <source>This video is no longer in the library</source>
        <translation>Dieses Video ist nicht mehr in der Bibliothek</translation>
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
        <source>Fits into the graphics card: it needs %1, and %2 are free.</source>
        <translation>Passt auf die Grafikkarte: braucht %1, frei sind %2.</translation>
    </message>
    <message>
        <source>Tight: it needs %1 of the %2 that are free on the graphics card. Close other programs first.</source>
        <translation>Knapp: braucht %1 von %2, die auf der Grafikkarte frei sind. Vorher andere Programme schließen.</translation>
    </message>
    <message>
        <source>Too big now: it needs %1, and only %2 are free on the graphics card. A smaller number format for the weights, a smaller model or the processor helps.</source>
        <translation>Zurzeit zu groß: braucht %1, auf der Grafikkarte sind nur %2 frei. Ein kleineres Zahlenformat für die Gewichte, ein kleineres Modell oder der Prozessor hilft.</translation>
    </message>
    <message>
        <source>The graphics card has too little memory for it: the processor will do the work.</source>
        <translation>Die Grafikkarte hat dafür zu wenig Speicher: Der Prozessor übernimmt die Arbeit.</translation>
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
        <source>As small, on newer graphics cards (fp8)</source>
        <translation>Ebenso klein, auf neueren Grafikkarten (fp8)</translation>
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
    <message>
        <source>Restart Now</source>
        <translation>Jetzt neu starten</translation>
    </message>
    <message>
        <source>Longtake opens again as it is now, and watching goes on. An answer that is just being written is cut off.</source>
        <translation>Longtake öffnet sich wieder, wie es jetzt ist, und das Ansehen geht weiter. Eine Antwort, die gerade entsteht, bricht ab.</translation>
    </message>
    <message>
        <source>A third of bf16, less exact (int4)</source>
        <translation>Ein Drittel von bf16, ungenauer (int4)</translation>
    </message>
    <message>
        <source>How the model is kept in memory while it runs. int8 and fp8 answer slightly differently; int4 needs the least and errs more.</source>
        <translation>Wie das Modell im Speicher liegt, während es läuft. int8 und fp8 antworten geringfügig anders; int4 braucht am wenigsten und irrt mehr.</translation>
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
    <name>longtake::ui::RemovalBox</name>
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
        <source>The library cannot read the damaged entry any more. Removed with it are what was seen, the questions and answers and the markers; only a backup of the library still has them. The video files themselves stay.</source>
        <translation>Den beschädigten Eintrag kann die Bibliothek nicht mehr lesen. Mit ihm gehen das Gesehene, die Fragen und Antworten und die Marken; nur eine Sicherungskopie der Bibliothek hat sie noch. Die Videodateien selbst bleiben.</translation>
    </message>
    <message>
        <source>What was seen, the questions and answers and the markers are deleted: %1 on disk. The video files themselves stay.</source>
        <translation>Gelöscht werden das Gesehene, die Fragen und Antworten und die Marken: %1 auf der Festplatte. Die Videodateien selbst bleiben.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove, Free %1</source>
        <translation>Entfernen, %1 freigeben</translation>
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
    <message>
        <source>Not being watched</source>
        <translation>Wird nicht angesehen</translation>
    </message>
    <message>
        <source>Not seen by this model yet</source>
        <translation>Von diesem Modell noch nicht gesehen</translation>
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
    <name>longtake::ui::SeekBar</name>
    <message>
        <source>Position in the video</source>
        <translation>Stelle im Video</translation>
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
    <name>longtake::ui::SortButton</name>
    <message>
        <source>Sorted by date added, the oldest first</source>
        <translation>Nach Datum des Hinzufügens sortiert, das Älteste zuerst</translation>
    </message>
    <message>
        <source>Sorted by date added, the newest first</source>
        <translation>Nach Datum des Hinzufügens sortiert, das Neueste zuerst</translation>
    </message>
    <message>
        <source>Sorted by name, Z to A</source>
        <translation>Nach Namen sortiert, Z bis A</translation>
    </message>
    <message>
        <source>Sorted by name, A to Z</source>
        <translation>Nach Namen sortiert, A bis Z</translation>
    </message>
    <message>
        <source>Sorted by length, the shortest first</source>
        <translation>Nach Länge sortiert, das Kürzeste zuerst</translation>
    </message>
    <message>
        <source>Sorted by length, the longest first</source>
        <translation>Nach Länge sortiert, das Längste zuerst</translation>
    </message>
    <message>
        <source>What is still to be watched stands above the rest.</source>
        <translation>Was noch anzusehen ist, steht über dem Rest.</translation>
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
    <message>
        <source>Watch This Video</source>
        <translation>Dieses Video ansehen</translation>
    </message>
    <message>
        <source>This video is not being watched. Watch it, and ask as soon as its first seconds have been seen.</source>
        <translation>Dieses Video wird gerade nicht angesehen. Wird es angesehen, sind Fragen möglich, sobald die ersten Sekunden gesehen sind.</translation>
    </message>
    <message>
        <source>Not seen by this model yet</source>
        <translation>Von diesem Modell noch nicht gesehen</translation>
    </message>
    <message>
        <source>What was seen of this video belongs to another model, or is kept in another quality. Let this model watch it, too, and ask as soon as the first seconds have been seen.</source>
        <translation>Was von diesem Video gesehen wurde, gehört zu einem anderen Modell oder ist in anderer Qualität abgelegt. Sieht auch dieses Modell es an, sind Fragen möglich, sobald die ersten Sekunden gesehen sind.</translation>
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
        <source>Show %n More</source>
        <translation>
            <numerusform>%n weitere Meldung zeigen</numerusform>
            <numerusform>%n weitere Meldungen zeigen</numerusform>
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
    <message>
        <source>The library is in use</source>
        <translation>Die Bibliothek ist in Benutzung</translation>
    </message>
    <message>
        <source>As soon as it is free, it opens here by itself.</source>
        <translation>Sobald sie frei ist, öffnet sie sich hier von selbst.</translation>
    </message>
    <message>
        <source>The library is being opened…</source>
        <translation>Die Bibliothek wird geöffnet …</translation>
    </message>
    <message>
        <source>What is under way comes to its end first. If a model is just being loaded, that can take a minute.</source>
        <translation>Was gerade läuft, wird erst zu Ende gebracht. Wird eben ein Modell geladen, kann das eine Minute dauern.</translation>
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
    <message>
        <source>Ask About These</source>
        <translation>Zu diesen fragen</translation>
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
    <message>
        <source>Remove from the library…</source>
        <translation>Aus der Bibliothek entfernen…</translation>
    </message>
</context>
<context>
    <name>longtake::ui::VideoListModel</name>
    <message>
        <source>open in the player</source>
        <translation>im Player geöffnet</translation>
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
