namespace Lava.Load.Floor;

/// <summary>Copies a request to the upstream and its answer back.</summary>
internal sealed class PassThrough(HttpMessageInvoker client, string upstream)
{
    public async Task InvokeAsync(HttpContext http)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), upstream + http.Request.Path);
        if (http.Request.ContentLength is { } length)
        {
            var body = new byte[length];
            await http.Request.Body.ReadExactlyAsync(body, http.RequestAborted);
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in http.Request.Headers)
        {
            if (!IsOfConnection(name) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        using var response = await client.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)response.StatusCode;
        CopyHeaders(response, http.Response);
        await CopyBodyAsync(response, http);
    }

    private static void CopyHeaders(HttpResponseMessage from, HttpResponse to)
    {
        foreach (var (name, values) in from.Headers.NonValidated)
        {
            if (!IsOfConnection(name))
            {
                to.Headers[name] = values.ToString();
            }
        }

        foreach (var (name, values) in from.Content.Headers.NonValidated)
        {
            to.Headers[name] = values.ToString();
        }
    }

    private static async Task CopyBodyAsync(HttpResponseMessage response, HttpContext http)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(http.RequestAborted);
        var writer = http.Response.BodyWriter;
        while (await stream.ReadAsync(writer.GetMemory(), http.RequestAborted) is > 0 and var read)
        {
            writer.Advance(read);
            await writer.FlushAsync(http.RequestAborted);
        }
    }

    private static bool IsOfConnection(string name) =>
        name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Host", StringComparison.OrdinalIgnoreCase);
}
