using System.Text.RegularExpressions;

namespace Lava.Tests;

/// <summary>Rules of the house that a compiler does not know. Each test lists every place that breaks its rule.</summary>
public sealed partial class TidyTests
{
    private const int MaxLineLength = 140;
    private const int MaxFileLines = 400;
    private const int MaxMedianLines = 80;

    // In parts, so that this file does not break its own rule.
    private static readonly string[] Reminders = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:"];

    private static readonly string[] EmptyNames =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Misc", "Service", "Infrastructure"];

    [Fact]
    public void Lines_EverySourceFile_AreShortAndClean()
    {
        List<string> found = [];
        foreach (var path in SourceTree.Files(".cs"))
        {
            var text = SourceTree.Read(path);
            var lines = text.Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].Length > MaxLineLength || lines[i].Contains('\t') || lines[i] != lines[i].TrimEnd())
                {
                    found.Add($"{path}:{i + 1}");
                }
            }

            if (!text.EndsWith('\n') || text.EndsWith("\n\n", StringComparison.Ordinal))
            {
                found.Add($"{path}: end of file");
            }
        }

        Assert.Empty(found);
    }

    [Fact]
    public void Reminders_EverySourceFile_HasNone()
    {
        var found = SourceTree.Files(".cs", ".csproj", ".props", ".json", ".sql", ".md", ".js", ".css", ".html", ".mjs")
            .Where(path => Reminders.Any(word => SourceTree.Read(path).Contains(word, StringComparison.Ordinal)));
        Assert.Empty(found);
    }

    [Fact]
    public void Types_Source_OnePublicTypeOfTheFilesName()
    {
        List<string> found = [];
        foreach (var path in SourceTree.FilesUnder("src", ".cs"))
        {
            var names = TopLevelType().Matches(SourceTree.Read(path)).Select(match => match.Groups["name"].Value).ToArray();
            var own = Path.GetFileName(path).Split('.')[0];
            if (names.Length > 1 || (names.Length == 1 && names[0] != own))
            {
                found.Add($"{path}: {string.Join(", ", names)}");
            }
        }

        Assert.Empty(found);
    }

    [Fact]
    public void Names_EveryFileAndFolder_SayWhatTheyAre()
    {
        var found = SourceTree.Files(".cs").Where(path => path.Split('/', '.').SkipLast(1).Any(IsEmptyName));
        Assert.Empty(found);
    }

    [Fact]
    public void Namespaces_Source_FollowTheFolders()
    {
        List<string> found = [];
        foreach (var path in SourceTree.FilesUnder("src", ".cs"))
        {
            var expected = Path.GetDirectoryName(path)!.Replace('\\', '/')["src/".Length..].Replace('/', '.');
            var actual = NamespaceLine().Match(SourceTree.Read(path));
            if (actual.Success && actual.Groups["name"].Value != expected)
            {
                found.Add($"{path}: {actual.Groups["name"].Value}");
            }
        }

        Assert.Empty(found);
    }

    [Fact]
    public void Sizes_Source_MostFilesAreSmallAndNoneIsLarge()
    {
        var sizes = SourceTree.FilesUnder("src", ".cs")
            .Select(path => (Path: path, Lines: SourceTree.Read(path).Count(c => c == '\n')))
            .ToArray();
        Assert.DoesNotContain(sizes, size => size.Lines > MaxFileLines);
        Assert.InRange(sizes.Select(size => size.Lines).Order().ElementAt(sizes.Length / 2), 1, MaxMedianLines);
    }

    [Fact]
    public void Readmes_NamesOfTypesAndPaths_Exist()
    {
        var source = string.Join('\n', SourceTree.Files(".cs").Select(SourceTree.Read));
        var readmes = SourceTree.Files(".md").Concat(Directory.GetFiles(SourceTree.Root, "*.md").Select(path => Path.GetFileName(path)!));
        List<string> found = [];
        foreach (var path in readmes.Where(path => Path.GetFileName(path) == "README.md"))
        {
            var folder = Path.Combine(SourceTree.Root, Path.GetDirectoryName(path)!);
            foreach (Match match in CodeSpan().Matches(SourceTree.Read(path)))
            {
                var name = match.Groups["name"].Value;
                var missing = SourcePath().IsMatch(name) ? !Exists(SourceTree.Root, name) && !Exists(folder, name)
                    : TypeName().IsMatch(name) && !Regex.IsMatch(source, $@"\b{name}\b");
                if (missing)
                {
                    found.Add($"{path}: {name}");
                }
            }
        }

        Assert.Empty(found);
    }

    private static bool Exists(string folder, string path) => Path.Exists(Path.Combine(folder, path.TrimEnd('/')));

    private static bool IsEmptyName(string part) => EmptyNames.Any(name => part.EndsWith(name, StringComparison.Ordinal));

    // Top-level: nothing stands before it on its line.
    [GeneratedRegex(
        @"^public (?:(?:static|sealed|abstract|partial|readonly|ref|unsafe) )*"
            + @"(?:(?:record )?(?:class|struct)|record|interface|enum|delegate [\w<>\[\]?., ]+?) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex("`(?<name>[^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^(src|tests|bench|load)/[\w./-]+$")]
    private static partial Regex SourcePath();

    // Two capitals or more: "Money" alone may be a word, "WalletStore" is a name.
    [GeneratedRegex("^[A-Z][a-z0-9]+([A-Z][a-z0-9]*)+$")]
    private static partial Regex TypeName();
}
