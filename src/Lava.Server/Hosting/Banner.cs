using System.Text;
using Lava.Server.Configuration;

namespace Lava.Server.Hosting;

/// <summary>What <c>lava serve</c> prints when it is up: where it listens, the first key once, and a line to try.</summary>
internal static class Banner
{
    private const string Model = "gpt-4o-mini";

    /// <param name="urls">The addresses as they are bound: port 0 has become a number.</param>
    /// <param name="options">Settings.</param>
    /// <param name="parts">What the settings name.</param>
    /// <param name="node">The running node.</param>
    public static string Text(IEnumerable<string> urls, ServeOptions options, ServeParts parts, ServerNode node)
    {
        var url = urls.First().TrimEnd('/');
        var key = node.FirstKey ?? "$LAVA_SECRET_KEY";
        var text = new StringBuilder();
        text.Append("lava listens on ").AppendJoin(", ", urls).AppendLine();
        text.Append("  data      ").AppendLine(options.DataDirectory);
        var database = node.HasPrivateDatabase ? "private PostgreSQL in the data directory" : "as given by --postgres";
        text.Append("  database  ").AppendLine(database);
        if (node.Interrupted > 0)
        {
            text.Append("  recovered ").Append(node.Interrupted)
                .AppendLine(" calls that the last process left open: charged what they had used");
        }

        if (node.FirstKey is not null)
        {
            text.Append("\nSecret key of the first merchant, shown this once: ").AppendLine(node.FirstKey);
        }

        if (node.Dashboard is { } dashboard)
        {
            text.Append("\nDashboard: ").Append(dashboard.PublicUrl?.TrimEnd('/') ?? url).AppendLine("/dashboard");
        }

        if (node.Dashboard is not null && node.SignInLink is { } link)
        {
            text.Append("Sign in once, within the hour: ").Append(node.Dashboard.PublicUrl?.TrimEnd('/') ?? url)
                .Append("/dashboard/sign-in/").AppendLine(link);
        }

        text.AppendLine("\nTry:");
        if (parts.Catalog.Providers.First(provider => provider.Name == "openai") is var openai && parts.ProviderKeys.Has(openai))
        {
            text.Append("  curl '").Append(url).Append("/v1/forward?u=https://api.openai.com/v1/chat/completions' \\\n");
            text.Append("    -H 'Content-Type: application/json' \\\n");
            text.Append("    -H \"Authorization: Bearer ").Append(key).Append("\" \\\n");
            text.Append("    -d '{\"model\":\"").Append(Model).AppendLine("\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
        }
        else
        {
            text.Append("  curl ").Append(url).Append("/v1/requests -H \"Authorization: Bearer ").Append(key).AppendLine("\"");
            text.AppendLine("For calls set a provider's key (OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY), or run 'lava simulate'");
            text.AppendLine("and start with --upstream '*=http://127.0.0.1:9090'.");
        }

        return text.AppendLine().ToString();
    }
}
