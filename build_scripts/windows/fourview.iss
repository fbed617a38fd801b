; The installer for Windows, by Inno Setup 6:
;   iscc /DVersion=0.1.0 build_scripts\windows\fourview.iss
; after build_scripts.build has put the program into build\program.
; It installs for the user alone and asks for no administrator.

#ifndef Version
  #error Name the version: /DVersion=0.1.0
#endif
#define Program "..\..\build\program\Fourview"

[Setup]
AppId={{6B0C2A57-6E5B-4E5E-9E0C-4D1B8F3A7C21}
AppName=Fourview
AppVersion={#Version}
AppPublisher=The Fourview maintainers
AppComments=Not a medical device. Research use only.
VersionInfoVersion={#Version}
DefaultDirName={autopf}\Fourview
DefaultGroupName=Fourview
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\build\icons\Fourview.ico
UninstallDisplayIcon={app}\Fourview.exe
OutputDir=..\..\dist
OutputBaseFilename=fourview-{#Version}-windows-setup
Compression=lzma2/ultra64
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "dicom"; Description: "Offer Fourview for DICOM files (.dcm)"
Name: "path"; Description: "Make the command fourview-cli known to the command line"; Flags: unchecked

[InstallDelete]
; A newer version may bring fewer libraries than the one it replaces.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Program}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Fourview"; Filename: "{app}\Fourview.exe"
Name: "{userdesktop}\Fourview"; Filename: "{app}\Fourview.exe"; Tasks: desktopicon

[Registry]
; Among the programs for .dcm, without taking the place of another one.
Root: HKA; Subkey: "Software\Classes\Fourview.DICOM"; ValueType: string; ValueData: "DICOM file"; Flags: uninsdeletekey; Tasks: dicom
Root: HKA; Subkey: "Software\Classes\Fourview.DICOM\DefaultIcon"; ValueType: string; ValueData: "{app}\Fourview.exe,0"; Tasks: dicom
Root: HKA; Subkey: "Software\Classes\Fourview.DICOM\shell\open\command"; ValueType: string; ValueData: """{app}\Fourview.exe"" ""%1"""; Tasks: dicom
Root: HKA; Subkey: "Software\Classes\.dcm\OpenWithProgids"; ValueType: string; ValueName: "Fourview.DICOM"; ValueData: ""; Flags: uninsdeletevalue; Tasks: dicom
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsNotOnPath

[Run]
Filename: "{app}\Fourview.exe"; Description: "{cm:LaunchProgram,Fourview}"; Flags: nowait postinstall skipifsilent

[Code]
function PathOfUser: String;
begin
  if not RegQueryStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Result) then
    Result := '';
end;

function IsNotOnPath: Boolean;
begin
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(PathOfUser) + ';') = 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Path: String;
begin
  if Step = usPostUninstall then begin
    Path := PathOfUser;
    if StringChangeEx(Path, ';' + ExpandConstant('{app}'), '', True) > 0 then
      RegWriteExpandStringValue(HKEY_CURRENT_USER, 'Environment', 'Path', Path);
  end;
end;
